# Every way of working on Jutong. `make` alone lists them.
# A variable given on the command line (make demo JUTONG_PORT=9000) reaches the programs as well.
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=
# A file of tests is one worker's; in their order, so that those of the browser come last.
SIDE_BY_SIDE := -n auto --dist loadfile --no-loadscope-reorder
KINDS := unit spec property contract public functional browser architecture

# One line that any Python understands, however old, and a sentence when there is none.
BOOTSTRAP = command -v $(PYTHON) >/dev/null 2>&1 || { \
	echo "✗ 没有找到 $(PYTHON)。请先安装 Python 3.11 或更高版本（Debian：apt-get install python3 python3-venv）。" >&2; \
	echo "  $(PYTHON) was not found. Install Python 3.11 or later (Debian: apt-get install python3 python3-venv)." >&2; exit 1; }; \
	$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("✗ 需要 Python 3.11 或更高版本，当前是 %d.%d。请安装后用 make PYTHON=python3.11 … 重试。\n  Python 3.11 or later is needed, this is %d.%d. Install it and try again: make PYTHON=python3.11 …" % (sys.version_info[:2] * 2))' \
	&& $(PYTHON) tools/bootstrap.py

# The theme of the manual advertises its successor on every build.
export NO_MKDOCS_2_WARNING := 1

.DEFAULT_GOAL := help
.PHONY: help demo test test-slow check fix translations bench docs clean install $(KINDS:%=test-%)

help: ## 列出所有命令 List the commands
	@awk -F ':.*## ' '/^[a-z%-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo "  make test-<kind>  只跑一类测试 One kind of test: $(KINDS)"

demo: ## 安装、建演示城市并启动 Install, build the demo city, serve it (ARGS="--scale 10")
	@$(BOOTSTRAP) install --for-demo
	@exec $(BIN)/jutong demo $(ARGS)

test: ## 安装测试所需并运行全部测试 Install what tests need and run them all
	@$(BOOTSTRAP) install test docs
	@exec $(BIN)/python -m pytest $(SIDE_BY_SIDE) $(ARGS)

$(KINDS:%=test-%): test-%:
	@$(BOOTSTRAP) install test docs
	@exec $(BIN)/python -m pytest tests/$* $(ARGS)

test-slow: ## 平时略过的慢测试 The slow tests that `make test` leaves out
	@$(BOOTSTRAP) install test docs
	@exec $(BIN)/python -m pytest -m slow $(ARGS)

check: ## 检查而不改动 Check everything, change nothing
	@$(BOOTSTRAP) install test docs check
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/translations.py check
	$(BIN)/mkdocs build --strict --quiet

fix: ## 自动修正格式 Mend what can be mended by itself
	@$(BOOTSTRAP) install check
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

translations: ## 把新文字加入译文文件 Add new texts of the pages to django.po
	@$(BOOTSTRAP) install check docs
	$(BIN)/python tools/translations.py update

bench: ## 跑出我们引用的每个数字 Print every figure that we claim (ARGS="gateway lake")
	@$(BOOTSTRAP) install test
	@exec $(BIN)/python -m bench $(ARGS)

docs: ## 生成手册到 site/ Build the manual into site/
	@$(BOOTSTRAP) install docs
	$(BIN)/mkdocs build --strict

install: ## 只安装，供开发 Install with everything that developers need
	@$(BOOTSTRAP) install test docs check

clean: ## 删除可再生成的文件（不删数据）Remove what can be made again; data stays
	rm -rf .venv site build dist test-results .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	rm -rf docs/reference/generated src/jutong/pages/static/vendor frontend/test-tools
	find src -name '*.mo' -delete
