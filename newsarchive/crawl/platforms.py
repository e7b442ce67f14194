"""Selectors that several sites share because they run on one publishing platform."""

FMM_BODY = "div.t-content__body"
FMM_DROP = (".m-interstitial", ".o-self-promo--nl", ".o-self-promo--app", "[class*='m-em-']", "figure", "p.t-copyright")
FMM_TAGS = "ul.m-tags-list li.m-tags-list__tag"
