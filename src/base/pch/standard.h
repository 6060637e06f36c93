// SPDX-License-Identifier: Apache-2.0
// The precompiled header of the libraries: standard headers that most of their files include. Each file still
// includes what it uses, and compiles without this one (-Db_pch=false).
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <future>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>
