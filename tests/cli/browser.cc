// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/browser.h"

#include <png.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <vector>

namespace fs = std::filesystem;

namespace checkpointfs::test {
namespace {

constexpr const char* kBrowser = "/usr/bin/chromium";
constexpr const char* kPaper = "/usr/bin/pdftoppm";

void shell(const std::string& command) {
  if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
}

Colours colours_of(const std::string& picture) {
  png_image image;
  std::memset(&image, 0, sizeof image);
  image.version = PNG_IMAGE_VERSION;
  std::vector<png_byte> pixels;
  if (png_image_begin_read_from_file(&image, picture.c_str()) != 0) {
    image.format = PNG_FORMAT_RGB;
    pixels.resize(PNG_IMAGE_SIZE(image));
    png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr);
  }
  if (pixels.empty() || PNG_IMAGE_FAILED(image)) throw std::runtime_error(picture + ": " + image.message);
  Colours colours;
  for (size_t i = 0; i + 2 < pixels.size(); i += 3) {
    ++colours[uint32_t{pixels[i]} << 16 | uint32_t{pixels[i + 1]} << 8 | pixels[i + 2]];
  }
  return colours;
}

}  // namespace

uint32_t paper_of(const Colours& colours) {
  return std::ranges::max_element(colours, {}, [](const auto& entry) { return entry.second; })->first;
}

std::string Browser::missing() {
  if (!fs::exists(kBrowser)) return "chromium is not installed";
  return fs::exists(kPaper) ? "" : "poppler-utils is not installed";
}

void Browser::run(const std::string& flags, const std::string& page, bool dark) const {
  // Nothing is asked of the network, and nothing of what a container does not have.
  shell(std::string("timeout 60 ") + kBrowser +
        " --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --disable-quic --no-first-run"
        " --disable-background-networking --disable-component-update --disable-sync --hide-scrollbars"
        " --blink-settings=preferredColorScheme=" +
        (dark ? "0" : "1") + " --user-data-dir=" + directory_ + "/browser " + flags + " file://" + page +
        " 2>>" + directory_ + "/browser.log");
}

std::string Browser::document(const std::string& page) const {
  run("--dump-dom", page + " >" + directory_ + "/dom.html", false);
  std::ifstream dom(directory_ + "/dom.html");
  return {std::istreambuf_iterator<char>(dom), std::istreambuf_iterator<char>()};
}

Colours Browser::screenshot(const std::string& page, bool dark, int width, int height) const {
  const std::string picture = directory_ + (dark ? "/dark.png" : "/light.png");
  run("--window-size=" + std::to_string(width) + "," + std::to_string(height) + " --screenshot=" + picture,
      page, dark);
  return colours_of(picture);
}

Colours Browser::print(const std::string& page, bool dark, size_t* sheets) const {
  const std::string paper = directory_ + (dark ? "/dark-paper" : "/light-paper");
  run("--no-pdf-header-footer --print-to-pdf=" + paper + ".pdf", page, dark);
  shell(std::string(kPaper) + " -r 60 -png " + paper + ".pdf " + paper);
  std::vector<std::string> pictures;
  for (const auto& entry : fs::directory_iterator(directory_)) {
    const std::string path = entry.path();
    if (path.starts_with(paper + "-") && path.ends_with(".png")) pictures.push_back(path);
  }
  *sheets = pictures.size();
  if (pictures.empty()) throw std::runtime_error("nothing was printed");
  return colours_of(*std::ranges::min_element(pictures));
}

}  // namespace checkpointfs::test
