"""The example fund: one programme with its call, and the nine-application round of 2019."""
