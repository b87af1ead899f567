"""How deliveries leave: claimed by lanes under leases, under the limit of the platform, and how they ended."""
