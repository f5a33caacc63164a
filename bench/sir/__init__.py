"""One SIR epidemic in glasshouse and in three libraries that are made for epidemics."""
