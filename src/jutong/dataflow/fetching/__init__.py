"""Speaking HTTP to others: to the address that was checked, within a time; what is asked there is others' business."""
