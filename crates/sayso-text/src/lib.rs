//! Language: sentences, tokens, tags, trees and names, with the weights and their runtime. Knows nothing of news.
