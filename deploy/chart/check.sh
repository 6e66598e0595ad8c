#!/bin/sh
# Lints the chart as Helm does, and holds what it renders against the schemas of Kubernetes' API where kubeconform is there
# (it fetches them). Run it from anywhere; `npm test` needs neither and checks what it can without.
set -eu
cd "$(dirname "$0")"

command -v helm > /dev/null || { echo 'helm is not here: see https://helm.sh/docs/intro/install/' >&2; exit 1; }
helm lint --strict .
for more in '' '--set ingress.enabled=true,ingress.className=nginx' '--set migration.enabled=false,scrapeAnnotations=false'; do
  # shellcheck disable=SC2086 -- several words, or none
  rendered=$(helm template gatehouse . $more)
  if command -v kubeconform > /dev/null; then
    echo "$rendered" | kubeconform -strict -summary -kubernetes-version "${KUBERNETES_VERSION:-1.31.0}" -
  else
    echo 'kubeconform is not here: schemas are not checked' >&2
  fi
done
