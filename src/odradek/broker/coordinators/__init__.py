"""The coordinators of groups and transactions: pure rules with a log, a clock and a loop."""
