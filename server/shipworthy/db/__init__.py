"""Inputs and memoised queries: how every derived fact stays current while somebody types."""
