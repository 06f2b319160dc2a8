# SPDX-License-Identifier: Apache-2.0
# Installs the program with what it makes of its own table: man page and completions. cpack makes a .deb.
include(GNUInstallDirs)

set(generated "${PROJECT_BINARY_DIR}/generated/share")
add_custom_command(
  OUTPUT "${generated}/hookplan.1" "${generated}/hookplan.bash" "${generated}/hookplan.fish"
         "${generated}/_hookplan"
  COMMAND ${CMAKE_COMMAND} -E make_directory "${generated}"
  COMMAND hookplan man > "${generated}/hookplan.1"
  COMMAND hookplan completion bash > "${generated}/hookplan.bash"
  COMMAND hookplan completion fish > "${generated}/hookplan.fish"
  COMMAND hookplan completion zsh > "${generated}/_hookplan"
  DEPENDS hookplan
  VERBATIM)
add_custom_target(hookplan_share ALL DEPENDS "${generated}/hookplan.1")

install(TARGETS hookplan RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES "${generated}/hookplan.1" DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES "${generated}/hookplan.bash" RENAME hookplan
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES "${generated}/hookplan.fish" DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES "${generated}/_hookplan" DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES core/plan/change-plan.schema.json DESTINATION ${CMAKE_INSTALL_DATADIR}/hookplan)
install(FILES core/plan/FORMAT.md RENAME plan-format.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES core/config/FORMAT.md RENAME config-format.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES README.md ci/package/CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY ci/guides DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES ci/package/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "hookplan maintainers <maintainers@hookplan.dev>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION vcs)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libcurl4 (>= 7.85)")  # loaded on demand, so that shlibdeps does not see it
set(CPACK_STRIP_FILES ON)
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
include(CPack)
