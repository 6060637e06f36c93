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
  // Its profile lies in `directory`, as what it writes.
  explicit Browser(std::string directory) : directory_(std::move(directory)) {}

  // "" or what is missing here: the browser, or what looks at its pages of paper.
  static std::string missing();

  // The document after it was drawn, as HTML. Throws std::runtime_error, as the others.
  std::string document(const std::string& page) const;
  // Returns a screenshot of so many pixels, for a user who prefers a `dark` page.
  Colours screenshot(const std::string& page, bool dark, int width, int height) const;
  // The same for the first sheet of paper. `sheets` gets how many there are.
  Colours print(const std::string& page, bool dark, size_t* sheets) const;

 private:
  void run(const std::string& flags, const std::string& page, bool dark) const;

  std::string directory_;
};

}  // namespace checkpointfs::test
