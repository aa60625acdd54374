"""The rules of review, pure: programmes' guidelines, budgets, cases, meetings and appeals as review sees them."""
