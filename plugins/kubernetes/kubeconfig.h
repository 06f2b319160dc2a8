// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/kubernetes/cluster_access.h"

namespace hookplan {

// The files that together are the kubeconfig, as kubectl has them: the one that is named; or those
// of KUBECONFIG, where a missing one does not matter; or ~/.kube/config.
struct KubeconfigFiles {
  std::vector<std::filesystem::path> paths = {};
  bool may_be_missing = false;
};
KubeconfigFiles kubeconfig_files(const std::filesystem::path& named, const Lookup& environment);

// How to reach the cluster of that context and who we are there. The first file that has a context,
// cluster or user counts for it as a whole; paths are relative to the file that has them. Nothing
// if no file has the context. What logs in in a way that is not known here is an error (kind
// `config`, HP8021), never passed over. No error quotes what may be a credential.
Result<std::optional<ClusterAccess>> access_by_kubeconfig(const KubeconfigFiles& files,
                                                          std::string_view context);

}  // namespace hookplan
