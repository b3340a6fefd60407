.DEFAULT_GOAL := help
.PHONY: help demo run model test lint fmt bench synth compat image demo-sagemaker

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## one job from the caller to the signed webhook, on a throw-away store
	@deploy/scripts/model.sh --try
	@cargo build --release --locked -p throughline
	@cargo run --release --locked -q -p throughline -- demo

demo-sagemaker: ## one job through a program that plays SageMaker, and its trace as X-Ray has it
	@tests/tools/fetch.sh moto
	@cargo build --locked --workspace --bins
	@cargo run --locked -q -p e2e --example sagemaker

run: ## the whole suite in one process, state in ./.throughline
	@cargo run --release --locked -p throughline -- serve

model: ## the model that makes vectors on this machine's CPU, where serve looks for it
	@deploy/scripts/model.sh

test: ## everything, from a clean checkout: lints, builds, all tests on both stores
	@tests/tools/test.sh

lint: ## formats, protos, clippy, dependencies, documentation, scripts
	@tests/tools/lint.sh

fmt: ## formats code and protos
	@tests/tools/fetch.sh buf
	@cargo fmt --all
	@$${THROUGHLINE_TOOLS:-.tools}/bin/buf format --write

bench: ## hop cost, and the suite against the least program that does the same
	@cargo build --release --locked -p throughline
	@cargo bench --locked -p e2e --bench line

synth: ## the CloudFormation templates in deploy/cfn, from deploy/cdk
	@tests/tools/cdk.sh synth

compat: ## our reading of other libraries' tables against their own, which it fetches
	@tests/tools/compat.sh

image: ## the container image, built by docker, podman or buildah
	@deploy/scripts/build.sh
