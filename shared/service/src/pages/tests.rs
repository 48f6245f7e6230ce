//! Who is shown a page, and who is not.

use super::*;

struct One;

#[async_trait]
impl Pages for One {
    async fn page(&self, path: &str) -> Result<Option<Page>, Unavailable> {
        match path {
            "/there" => Ok(Some(Page { media_type: "text/plain", content: "here".to_owned() })),
            "/down" => Err(Unavailable),
            "/slow" => std::future::pending().await,
            _ => Ok(None),
        }
    }
}

fn desk(per_address: u32, per_path: u32) -> Desk {
    Desk {
        site: Arc::new(One),
        step: Duration::from_millis(20),
        of_address: Quota::every(MINUTE / per_address, per_address),
        of_path: Quota::every(MINUTE / per_path, per_path),
        paths: RandomState::new(),
        places: Semaphore::new(1),
        patience: Duration::from_millis(30),
        answers: opentelemetry::global::meter("test").u64_counter("test").build(),
    }
}

async fn asked(desk: &Desk, method: Method, path: &str, known: Option<&str>) -> Response<Full<Bytes>> {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(known) = known {
        request = request.header(IF_NONE_MATCH, known);
    }
    let peer = Peer::from(std::net::IpAddr::from([192, 0, 2, 1]));
    desk.answer(peer, &request.body(()).unwrap()).await
}

#[tokio::test]
async fn a_page_is_given_once_and_then_only_where_it_is_another() {
    let desk = desk(600, 600);
    let given = asked(&desk, Method::GET, "/there", None).await;
    assert_eq!((given.status(), &given.headers()[CACHE_CONTROL]), (StatusCode::OK, &KEPT));
    let tag = given.headers()[ETAG].to_str().unwrap().to_owned();
    for known in [tag.clone(), format!("\"other\", W/{tag}"), "*".to_owned()] {
        let same = asked(&desk, Method::GET, "/there", Some(&known)).await;
        assert_eq!(
            (same.status(), same.headers()[ETAG].to_str().unwrap()),
            (StatusCode::NOT_MODIFIED, &*tag)
        );
    }
    assert_eq!(asked(&desk, Method::GET, "/there", Some("\"other\"")).await.status(), StatusCode::OK);
    let head = asked(&desk, Method::HEAD, "/there", None).await;
    assert_eq!((head.status(), head.headers()[CONTENT_LENGTH].to_str().unwrap()), (StatusCode::OK, "4"));
}

#[tokio::test]
async fn what_is_not_there_cannot_be_had_now_or_is_done_otherwise_is_said_in_its_status() {
    let desk = desk(600, 600);
    let began = Instant::now();
    assert_eq!(asked(&desk, Method::GET, "/nowhere", None).await.status(), StatusCode::NOT_FOUND);
    assert!(began.elapsed() >= desk.step);
    for path in ["/down", "/slow"] {
        let none = asked(&desk, Method::GET, path, None).await;
        assert_eq!(none.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(none.headers()[RETRY_AFTER], "60");
    }
    let post = asked(&desk, Method::POST, "/there", None).await;
    assert_eq!(post.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(post.headers()[ALLOW], "GET, HEAD");
}

/// Knows its readers by their cookie, and takes forms.
struct Known;

#[async_trait]
impl Site for Known {
    fn knows_readers(&self) -> bool {
        true
    }

    async fn answer(&self, asked: &Asked<'_>) -> Result<Option<Answer>, Unavailable> {
        let page = Page { media_type: "text/html", content: asked.query.to_owned() };
        let status = match (asked.method, asked.header(COOKIE)) {
            (&Method::POST, _) => StatusCode::SEE_OTHER,
            (_, Some("known")) => StatusCode::OK,
            _ => StatusCode::FORBIDDEN,
        };
        let headers = vec![(CACHE_CONTROL, HeaderValue::from_static("no-store"))];
        Ok(Some(Answer { status, page, headers }))
    }
}

#[tokio::test]
async fn a_site_knows_its_readers_and_each_of_them_is_counted_by_itself() {
    let desk = Desk { site: Arc::new(Known), ..desk(600, 2) };
    let peer = Peer::from(std::net::IpAddr::from([192, 0, 2, 1]));
    let ask = async |method: Method, cookie: Option<&str>| {
        let mut request = Request::builder().method(method).uri("/page?lang=zh");
        if let Some(cookie) = cookie {
            request = request.header(COOKIE, cookie);
        }
        desk.answer(peer, &request.body(()).unwrap()).await
    };
    let began = Instant::now();
    assert_eq!(ask(Method::GET, None).await.status(), StatusCode::FORBIDDEN);
    assert!(began.elapsed() >= desk.step, "no faster than what is not there");
    assert_eq!(ask(Method::POST, None).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(ask(Method::GET, None).await.status(), StatusCode::TOO_MANY_REQUESTS);
    let known = ask(Method::GET, Some("known")).await;
    assert_eq!(known.status(), StatusCode::OK);
    assert_eq!(known.headers()[CACHE_CONTROL], "no-store");
    assert!(known.headers().contains_key(ETAG));
    let other = ask(Method::DELETE, Some("known")).await;
    assert_eq!(other.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(other.headers()[ALLOW], "GET, HEAD, POST");
}

#[tokio::test]
async fn neither_an_address_nor_a_path_is_asked_for_too_often() {
    let desk = desk(4, 2);
    for (path, status) in
        [("/there", 200), ("/there", 200), ("/there", 429), ("/nowhere", 404), ("/nowhere", 429)]
    {
        let answer = asked(&desk, Method::GET, path, None).await;
        assert_eq!(answer.status().as_u16(), status, "{path}");
        assert_eq!(answer.headers().contains_key(RETRY_AFTER), status == 429);
    }
}
