"""What can happen to one person, tie or file on one day: pure scalar functions. None imports another; `engines/day.py` orders them."""
