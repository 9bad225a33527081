# One place for warnings, hardening and sanitizers. `berth_options` is linked by every target of the project.
add_library(berth_options INTERFACE)
target_include_directories(berth_options INTERFACE ${PROJECT_SOURCE_DIR}/src ${PROJECT_BINARY_DIR}/generated)
target_compile_options(berth_options INTERFACE
    -Wall -Wextra -Wpedantic $<$<CXX_COMPILER_ID:GNU>:-Wshadow=local> -Wnon-virtual-dtor -Woverloaded-virtual
    -Wimplicit-fallthrough $<$<CXX_COMPILER_ID:Clang>:-Wno-missing-braces>
    -ffunction-sections -fdata-sections -fstack-protector-strong)
target_link_options(berth_options INTERFACE -Wl,--gc-sections -Wl,-z,relro,-z,now)

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14)
    # False alarms about "text" + std::string when optimising (GCC bug 105651).
    target_compile_options(berth_options INTERFACE -Wno-restrict -Wno-stringop-overflow -Wno-array-bounds)
endif()
if(BERTH_WERROR)
    target_compile_options(berth_options INTERFACE -Werror)
endif()

if(BERTH_SANITIZE)
    target_compile_options(berth_options INTERFACE
        -fsanitize=${BERTH_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(berth_options INTERFACE -fsanitize=${BERTH_SANITIZE})
    if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
        # Clang 14 cannot assemble a coroutine with the check of what a function pointer points to.
        target_compile_options(berth_options INTERFACE -fno-sanitize=function)
    endif()
    if(BERTH_SANITIZE STREQUAL "thread")
        # The thread sanitizer does not know fences, and GCC refuses them; Asio's locks are enough.
        target_compile_definitions(berth_options INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
    endif()
else()
    target_compile_definitions(berth_options INTERFACE $<$<CONFIG:Release>:_FORTIFY_SOURCE=3> $<$<CONFIG:Release>:_GLIBCXX_ASSERTIONS>)
endif()

find_program(CCACHE ccache)
if(CCACHE)
    # Debug symbols and include paths hold absolute paths; a clone elsewhere should still hit the cache. The sloppiness is
    # what ccache asks for where headers are precompiled.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
endif()

# Most of a file's compile time is Asio: the layers above `async` share one precompiled copy of what they all include.
function(berth_precompiled_headers)
    foreach(target ${ARGN})
        target_precompile_headers(${target} REUSE_FROM berth_async)
    endforeach()
endfunction()
