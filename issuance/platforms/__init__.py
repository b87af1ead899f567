"""The platforms that badges are pushed to: one file each behind `base.Platform`."""
