# Debian's packages. docs/adr/0006-dependencies.md says why each is here.
if(BERTH_STATIC_LIBS)
    set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
    set(Boost_USE_STATIC_LIBS ON)
    set(OPENSSL_USE_STATIC_LIBS ON)
endif()

find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS system json url)
find_package(OpenSSL 3.0 REQUIRED)
find_library(YAML_CPP_LIBRARY NAMES yaml-cpp REQUIRED)
find_library(PUGIXML_LIBRARY NAMES pugixml REQUIRED)
find_library(SQLITE_LIBRARY NAMES sqlite3 REQUIRED)
find_library(XXHASH_LIBRARY NAMES xxhash REQUIRED)
find_library(CRYPT_LIBRARY NAMES crypt REQUIRED)
find_library(HIREDIS_LIBRARY NAMES hiredis REQUIRED)
# Debian 13's libcrypto.a compresses certificates with these, which FindOpenSSL does not know; Debian 12's needs neither.
if(BERTH_STATIC_LIBS AND OPENSSL_VERSION VERSION_GREATER_EQUAL 3.5)
    find_library(ZLIB_LIBRARY NAMES z REQUIRED)
    find_library(ZSTD_LIBRARY NAMES zstd REQUIRED)
    set_property(TARGET OpenSSL::Crypto APPEND PROPERTY INTERFACE_LINK_LIBRARIES ${ZSTD_LIBRARY} ${ZLIB_LIBRARY})
endif()
# By pkg-config, which knows what Debian 13's is made of: Abseil, in many small libraries.
find_package(PkgConfig REQUIRED)
if(BERTH_STATIC_LIBS)
    set(PKG_CONFIG_ARGN --static)
endif()
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
find_package(CLI11 REQUIRED)

# Asio and Beast, compiled once (src/async/asio.cpp) instead of in every file that includes them.
add_library(berth_boost INTERFACE)
target_compile_definitions(berth_boost INTERFACE
    BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(berth_boost INTERFACE
    Boost::system Boost::json Boost::url OpenSSL::SSL OpenSSL::Crypto Threads::Threads ${CMAKE_DL_LIBS})

# spdlog and fmt are used header-only: Debian has no static library of them.
add_library(berth_spdlog INTERFACE)
target_compile_definitions(berth_spdlog INTERFACE SPDLOG_FMT_EXTERNAL FMT_HEADER_ONLY)
