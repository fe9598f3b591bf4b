"""The kinds of site that hold accounts, each behind the same contract."""
