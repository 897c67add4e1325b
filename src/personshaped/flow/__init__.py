"""What happens: doors, cycles, referrals, screening, approvals, and the time they take."""
