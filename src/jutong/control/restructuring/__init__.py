"""Restructuring (机构改革): departments merged or renamed, and all that they hold moved in one traced operation."""
