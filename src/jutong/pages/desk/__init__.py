"""The workbench (工作台): what departments and the bureau do every day."""
