// SPDX-License-Identifier: Apache-2.0
// A page as Chromium draws it: on a screen, light and dark, and on paper.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace checkpointfs::test {

// The number of pixels of each colour, 0xRRGGBB.
using Colours = std::map<uint32_t, uint64_t>;

// The colour of most of the picture.
uint32_t paper_of(const Colours& colours);

class Browser {
 public:
  // The profile and the output of the browser lie in `directory`.
  explicit Browser(std::string directory) : directory_(std::move(directory)) {}

  // Names the program that is not installed, the browser or the reader of its printed pages; "" if none.
  static std::string missing();

  // The document after it was drawn, as HTML. Throws std::runtime_error, as the functions below.
  std::string document(const std::string& page) const;
  // Returns a screenshot of so many pixels, for a user who prefers a `dark` page.
  Colours screenshot(const std::string& page, bool dark, int width, int height) const;
  // The same for the first sheet of paper. `sheets` gets the number of sheets.
  Colours print(const std::string& page, bool dark, size_t* sheets) const;

 private:
  void run(const std::string& flags, const std::string& page, bool dark) const;

  std::string directory_;
};

}  // namespace checkpointfs::test
