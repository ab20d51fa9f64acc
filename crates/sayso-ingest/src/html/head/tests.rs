//! What pages say about themselves.

use sayso_model::{Head, HeadSource};

use crate::{HeadOverrides, Limits, html::article};

const TEXT: &str = "<p>At least nine people were hurt on Tuesday when a ferry struck the pier, the harbour office said.</p>\
    <p>A spokesman said that the cause was not known, and that divers would look at the rudder in the afternoon.</p>";

/// The head of a page with this language and body.
fn head_in(language: &str, body: &str) -> Head {
    let page = format!(
        "<!doctype html><html lang='{language}'><head><title>x</title></head><body>{body}</body></html>"
    );
    let known = Head {
        url: crate::head::stated("https://a.test/2023/01/02/ferry", &HeadSource::Record),
        ..Head::default()
    };
    article(page.as_bytes(), None, &known, &HeadOverrides::default(), &Limits::default()).unwrap().head
}

fn head(body: &str) -> Head {
    head_in("en", body)
}

fn day(head: &Head) -> String {
    head.published.as_ref().map(|d| d.value.to_string()).unwrap_or_default()
}

fn byline(head: &Head) -> Vec<&str> {
    head.byline.iter().map(|n| n.value.as_str()).collect()
}

const H1: &str = "<h1>Nine hurt as ferry strikes pier</h1>";

#[test]
fn what_readers_see_next_to_the_heading_counts() {
    for (line, expected) in [
        ("By Ida Holm | 5 March 2024", &["Ida Holm"][..]),
        ("Written by: Ida Holm and Per Lind, March 5, 2024", &["Ida Holm", "Per Lind"]),
        ("Von Ida Holm am 5. März 2024, 13:36 Uhr", &["Ida Holm"]),
        ("05.03.2024 - Text: Ida Holm", &["Ida Holm"]),
        ("Posted by Ida on 2024-03-05", &["Ida"]),
    ] {
        let found = head(&format!("<div>{H1}<div>{line}</div><div>{TEXT}</div></div>"));
        assert_eq!((byline(&found).as_slice(), day(&found).as_str()), (expected, "2024-03-05"), "{line}");
    }
    let apart = head(&format!("{H1}<p>By</p><p>Ida Holm</p><div>{TEXT}</div>"));
    assert_eq!((byline(&apart), day(&apart).as_str()), (vec!["Ida Holm"], "2023-01-02"));
    let prose = head(&format!("{H1}<div><p>By Tuesday the pier was closed.</p>{TEXT}</div>"));
    assert!(byline(&prose).is_empty());
    let link = head(&format!("{H1}<a href='/about/newsteam/ida-holm'>Ida Holm</a><div>{TEXT}</div>"));
    assert_eq!(byline(&link), ["Ida Holm"]);
}

#[test]
fn comments_and_teasers_belong_to_other_texts() {
    let comments = "<div class='comments'><div><span class='author'>Max Muster</span> <time datetime='2024-03-09'>9 March</time></div></div>";
    let teaser = "<div><h3><a href='/other'>Another text</a></h3><div class='author-line'>Max Muster</div><time datetime='2024-03-08'>8 March</time></div>";
    let found = head(&format!("<div>{H1}<div>{TEXT}</div></div>{comments}{teaser}"));
    assert_eq!((byline(&found), day(&found).as_str()), (vec![], "2023-01-02"));
    let marked = format!(
        "<article>{H1}<span class='author vcard'><a class='fn' href='/u'>ida</a></span> <time datetime='2024-03-05'>x</time>{TEXT}</article>"
    );
    let found = head(&format!("{teaser}{marked}{comments}"));
    assert_eq!((byline(&found), day(&found).as_str()), (vec!["ida"], "2024-03-05"));
}

#[test]
fn names_of_people_take_precedence_over_those_of_software() {
    let found = head(&format!(
        "<meta name='author' content='admin'>{H1}<span class='entry-authors'>Von Ida Holm</span><div>{TEXT}</div>"
    ));
    assert_eq!(byline(&found), ["Ida Holm"]);
    assert_eq!(byline(&head(&format!("<meta name='author' content='i_holm'>{H1}{TEXT}"))), ["i_holm"]);
    assert!(byline(&head(&format!("<meta name='author' content='105092'>{H1}{TEXT}"))).is_empty());
}

#[test]
fn digits_are_read_in_the_order_of_the_language() {
    let body = format!("{H1}<div>3/5/2022 22:41</div><div>{TEXT}</div>");
    assert_eq!(day(&head_in("es", &body)), "2022-05-03");
    assert_eq!(day(&head_in("en-GB", &body)), "2022-05-03");
    assert_eq!(day(&head_in("en-US", &body)), "2023-01-02", "two readings are none");
    assert_eq!(
        day(&head_in("de", &format!("{H1}<div>Kultur, 2.11.22</div><div>{TEXT}</div>"))),
        "2022-11-02"
    );
}

#[test]
fn the_date_is_in_the_outlets_time_zone() {
    let page = |zone: &str| {
        format!(
            "<meta property='article:published_time' content='2024-03-06T02:25:54+00:00'>{H1}{TEXT}<script>var x = {{\"date\": \"{zone}\"}}</script>"
        )
    };
    let found = head(&page("2024-03-05T21:25:54-05:00"));
    assert_eq!(day(&found), "2024-03-05");
    assert_eq!(found.published_at.unwrap().value, "2024-03-05T21:25:54-05:00");
    assert_eq!(day(&head(&page("2024-03-05T21:25:55-05:00"))), "2024-03-06", "another instant");
}

#[test]
fn dates_in_scripts_must_agree() {
    let page = |other: &str| {
        format!(
            "{H1}{TEXT}<script>a = {{\"published_at\": \"2024-03-05T10:00:00Z\", b: {{\"published_at\": \"{other}\"}}}}</script>"
        )
    };
    assert_eq!(day(&head(&page("2024-03-05"))), "2024-03-05");
    assert_eq!(day(&head(&page("2024-03-07"))), "2023-01-02");
    let unset = format!("<meta property='article:published_time' content='1970-01-01T00:00:00Z'>{H1}{TEXT}");
    assert_eq!(day(&head(&unset)), "2023-01-02");
}

#[test]
fn of_two_dates_the_one_called_first_is_that_of_publication() {
    let line = "<details><summary>Sat 9 Mar 2024 07.01 GMT</summary>First published on Tue 5 Mar 2024 06.12 GMT</details>";
    assert_eq!(day(&head(&format!("{H1}{line}{TEXT}"))), "2024-03-05");
}

/// The head of a page with these elements in its head.
fn with_head(elements: &str, body: &str) -> Head {
    let page = format!("<!doctype html><html lang='en'><head>{elements}</head><body>{body}</body></html>");
    article(page.as_bytes(), None, &Head::default(), &HeadOverrides::default(), &Limits::default())
        .unwrap()
        .head
}

fn headline(head: &Head) -> &str {
    head.headline.as_ref().map_or("", |h| h.value.as_str())
}

#[test]
fn the_name_of_the_site_is_not_a_headline() {
    for home in ["https://a.test/", "https://a.test", "/", "https://archive.test/web/2016/http://a.test/"] {
        let body = format!(
            "<h1><a href='{home}'>The Harbour Watcher</a></h1><h2><a href='/ferry'>Nine hurt as ferry strikes pier</a></h2>{TEXT}"
        );
        let found = with_head("<title>Nine hurt as ferry strikes pier : The Harbour Watcher</title>", &body);
        assert_eq!(headline(&found), "Nine hurt as ferry strikes pier", "{home}");
    }
    let linked = format!("<h1><a href='/2024/03/ferry'>Nine hurt as ferry strikes pier</a></h1>{TEXT}");
    assert_eq!(headline(&with_head("<title>x</title>", &linked)), "Nine hurt as ferry strikes pier");
}

#[test]
fn a_teaser_that_is_an_article_of_its_own_ends_with_it() {
    let teaser = "<div><article><h2><a href='/other'>Another text of the day</a></h2></article></div>";
    let page = format!(
        "<main><header>{H1}</header>{teaser}<article><div><time datetime='2024-03-05T07:59:48+01:00'>07:59</time></div>{TEXT}</article></main>"
    );
    assert_eq!(day(&head(&page)), "2024-03-05");
}

#[test]
fn two_witnesses_take_precedence_over_one() {
    let data = "<script type='application/ld+json'>{\"@type\": \"NewsArticle\", \"datePublished\": \"2024-03-03T10:25:56+00:00\"}</script>";
    let graph = "<meta property='article:published_time' content='2024-03-06T14:25:00+00:00'>";
    let page = |time: &str| {
        with_head(
            &format!("{data}{graph}"),
            &format!("<article>{H1}<time datetime='{time}'>x</time>{TEXT}</article>"),
        )
    };
    assert_eq!(day(&page("2024-03-06T15:25:00+01:00")), "2024-03-06");
    assert_eq!(day(&page("2024-03-03T11:25:00+01:00")), "2024-03-03");
}

#[test]
fn the_outlets_clock_determines_its_date() {
    let graph = "<meta property='article:published_time' content='2024-03-06T02:41:54+00:00'>";
    let page = |shown: &str| with_head(graph, &format!("{H1}<div>{shown}</div><div>{TEXT}</div>"));
    let found = page("5 March 2024 22:41");
    assert_eq!(
        (day(&found).as_str(), found.published_at.unwrap().value.as_str()),
        ("2024-03-05", "2024-03-05T22:41:54-04:00")
    );
    assert_eq!(day(&page("March 5, 2024, 10:41 p.m.")), "2024-03-05");
    for other in [
        "5 March 2024 22:40",
        "Updated 5 March 2024 22:41",
        "The ferry of the pier company left on 5 March 2024 22:41",
    ] {
        assert_eq!(day(&page(other)), "2024-03-06", "{other}");
    }
}

#[test]
fn data_for_scripts_are_read_from_attributes_too() {
    let page = format!(
        "<!doctype html><html><body data-page='{{\"createDate\":20240305,\"lastModified\":202403061407}}'>{H1}{TEXT}</body></html>"
    );
    let found =
        article(page.as_bytes(), None, &Head::default(), &HeadOverrides::default(), &Limits::default())
            .unwrap();
    assert_eq!(day(&found.head), "2024-03-05");
}

#[test]
fn a_page_number_that_begins_with_the_minute_dates_the_page_but_not_an_archive_s() {
    let day = |url: &str| {
        let mut head = Head::default();
        super::from_url(&mut head, url);
        day(&head)
    };
    assert_eq!(day("https://a.test/news/A2024030514320005196?from=feed"), "2024-03-05");
    assert_eq!(day("https://a.test/ferry-20240305143205-nt.html"), "2024-03-05");
    assert_eq!(day("https://archive.test/web/20240305143205/http://a.test/ferry"), "");
    assert_eq!(day("https://a.test/news/20243305143205"), "");
}

#[test]
fn an_author_line_after_the_text_dates_it() {
    let found = head(&format!(
        "<div>{H1}<div>{}</div><div>Author: ferry4you am 29.02.2024, 13:36 Uhr</div></div>",
        TEXT.repeat(9)
    ));
    assert_eq!(day(&found), "2024-02-29");
}

#[test]
fn the_day_of_something_else_is_not_that_of_publication() {
    let opened = head(&format!("<article>{H1}{TEXT}<p>The pier was opened on 4 June 1987.</p></article>"));
    assert_eq!(day(&opened), "2023-01-02", "that of the address");
    let top = "<header><div class='top-story'><time datetime='2024-02-01'>1 Feb</time> <a href='/z'>Mayor resigns</a></div></header>";
    let own = "<time datetime='2024-03-05T18:20:00+01:00'>5 March</time>";
    assert_eq!(day(&head(&format!("{top}<article>{H1}{own}{TEXT}</article>"))), "2024-03-05");
}

#[test]
fn a_change_stated_only_in_the_data_is_reported() {
    let data = "<script type='application/ld+json'>{\"@type\": \"NewsArticle\", \"headline\": \"Nine hurt as ferry strikes pier\",\
        \"dateModified\": \"2024-03-11T09:00:00+01:00\"}</script>";
    let page = format!("<html><head>{data}</head><body><article>{H1}{TEXT}</article></body></html>");
    let article =
        article(page.as_bytes(), None, &Head::default(), &HeadOverrides::default(), &Limits::default())
            .unwrap();
    assert_eq!(article.head.published, None);
    let said = article.diagnostics.iter().find(|d| d.code == "only_change_dated").unwrap();
    assert!(said.message.contains("2024-03-11"), "{}", said.message);
}

#[test]
fn a_date_after_a_word_for_a_change_is_none_of_publication() {
    let changed = "<p>Last updated: <time datetime='2024-03-07T10:00:00Z'>7 March 2024</time></p>";
    let found = head(&format!("<div>{H1}{changed}<div>{TEXT}</div></div>"));
    assert_eq!(day(&found), "2023-01-02", "that of the address");
    let both = "<p>Updated <time datetime='2024-03-07'>7 March 2024</time>, published <time datetime='2024-03-05'>5 March 2024</time></p>";
    assert_eq!(day(&head(&format!("<div>{H1}{both}<div>{TEXT}</div></div>"))), "2024-03-05");
    let other = "<p>Published <time datetime='2024-03-05'>5 March 2024</time> (updated <time datetime='2024-03-07'>7 March</time>)</p>";
    assert_eq!(day(&head(&format!("<div>{H1}{other}<div>{TEXT}</div></div>"))), "2024-03-05");
}

#[test]
fn data_with_a_comma_too_many_are_read() {
    let data = "<script type='application/ld+json'>{\"@type\": \"NewsArticle\", \"headline\": \"Nine hurt, ]as ferry strikes pier\",
        \"author\": [{\"name\": \"Ida Holm\"},], \"datePublished\": \"2024-03-05\", }</script>";
    let found = head(&format!("{data}{H1}<div>{TEXT}</div>"));
    assert_eq!((byline(&found), day(&found).as_str()), (vec!["Ida Holm"], "2024-03-05"));
}
