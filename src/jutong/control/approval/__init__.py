"""Applications (申请): who asks for which items on what basis; reviews with clocks; the decision that grants."""
