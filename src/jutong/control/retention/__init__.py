"""How long collected data are kept (留存与销毁): rules of entries, legal holds, destruction with proof."""
