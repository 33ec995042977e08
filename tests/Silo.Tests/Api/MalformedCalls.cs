namespace Millwright.Silo.Tests.Api;

/// <summary>Calls that are wrong in one way each, with the answer that each of them gets. Spine.Tests makes them to a real silo.</summary>
internal static class MalformedCalls
{
    // In the model of whoever is asked.
    private const string Pump = "acme.lyon:pump-01";
    private const string Ack = "/api/v1/incidents/i1/acknowledge";
    private const string Shelve = "/api/v1/incidents/i1/shelve";
    private const string Verdict = "/api/v1/incidents/i1/verdict";
    private const string Order = "/api/v1/workorders/o1/status";
    private const string Reset = "/api/v1/things/" + Pump + "/baselines/reset";
    private const string Prior = "/api/v1/things/" + Pump + "/baselines/prior";
    private const string Peers = "/api/v1/things/" + Pump + "/peers";
    private const string History = "/api/v1/history?asset=" + Pump + "&metric=vibration";
    private const string Windows = "/api/v1/windows?asset=" + Pump;
    private const string Search = "/api/2/search/things?";

    public static IEnumerable<MalformedCall> All() => [.. Queries(), .. Cursors(), .. Instants(), .. Bodies(), .. Things(), .. Routes()];

    private static IEnumerable<MalformedCall> Queries()
    {
        foreach (string size in new[] { "0", "201", "-1", "1.5", "abc", "1e2", "99999999999", "%201", "" })
        {
            yield return Get("/api/v1/alerts?size=" + size, 400, "size.invalid");
        }

        yield return Get("/api/v1/incidents?size=0", 400, "size.invalid");
        yield return Get("/api/v1/units?size=201", 400, "size.invalid");
        yield return Get("/api/v1/quarantine?size=x", 400, "size.invalid");
        yield return Get("/api/v1/workorders?size=", 400, "size.invalid");
        yield return Get("/api/v1/alerts?sise=10", 400, "query.unknown");
        yield return Get("/api/v1/system?verbose=1", 400, "query.unknown");
        yield return Get("/api/v1/alerts?size=1&size=2", 400, "query.repeated");
        yield return Get("/api/v1/alerts?incident=" + new string('x', 4097), 400, "query.toolong");
        yield return Get("/api/v1/alerts?incident=" + new string('x', 257), 400, "incident.invalid");
        yield return Get("/api/v1/alerts?incident=a%0Ab", 400, "incident.invalid");
        yield return Get("/api/v1/alerts?asset=nocolon", 400, "asset.invalid");
        yield return Get("/api/v1/alerts?asset=a:b%2Fc", 400, "asset.invalid");
        yield return Get("/api/v1/alerts?asset=" + new string('a', 300) + ":b", 400, "asset.invalid");
        yield return Get("/api/v1/alerts?audience=everyone", 400, "audience.invalid");
        yield return Get("/api/v1/alerts?audience=none", 400, "audience.invalid");
        yield return Get("/api/v1/alerts?audience=1", 400, "audience.invalid");
        yield return Get("/api/v1/alerts?kind=RAISED", 400, "kind.invalid");
        yield return Get("/api/v1/incidents?status=resolved", 400, "status.invalid");
        yield return Get("/api/v1/units?at-risk=maybe", 400, "at-risk.invalid");
        yield return Get("/api/v1/workorders?status=7", 400, "status.invalid");
        yield return Get("/api/v1/windows", 400, "asset.missing");
        yield return Get(Peers + "?metric=nosuch", 400, "metric.invalid");
        yield return Get(Peers + "?load=nosuch", 400, "load.invalid");
        yield return Get(Peers + "?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", 400, "range.invalid");
        yield return Get(Peers + "?size=4", 400, "query.unknown");
        yield return Get("/api/v1/things/none:such/peers", 404, "asset.notfound");
        yield return Get("/api/v1/windows?asset=", 400, "asset.invalid");
        yield return Get(Windows + "&kind=rolling", 400, "kind.invalid");
        yield return Get(Windows + "&size-seconds=0", 400, "size-seconds.invalid");
        yield return Get("/api/v1/windows?asset=none:such", 404, "asset.notfound");
        yield return Get("/api/v1/history?asset=" + Pump, 400, "metric.missing");
        yield return Get("/api/v1/history?asset=none:such&metric=m", 404, "asset.notfound");
        yield return Get(History + "&limit=10001", 400, "limit.invalid");
        yield return Get(History + new string('x', 129), 400, "metric.invalid");
        yield return Get("/api/v1/energy?line=", 400, "line.invalid");
        yield return Get("/api/v1/alerts?asOf=yesterday", 400, "asOf.invalid");
        yield return Get(Windows + "&asOf=2026-01-01", 400, "asOf.invalid");
        yield return Get("/api/v1/alerts/none", 404, "alert.notfound");
        yield return Get("/api/v1/alerts/none?size=1", 400, "query.unknown");
        yield return Get("/api/v1/alerts/a%0Ab", 400, "alert.id.invalid");
        yield return Get("/api/v1/alerts/none/evidence", 404, "alert.notfound");
        yield return Get("/api/v1/things/nocolon/decisions", 400, "asset.invalid");
        yield return Get("/api/v1/things/none:such/decisions", 404, "asset.notfound");
        yield return Get("/api/v1/things/" + Pump + "/decisions?at=never", 400, "at.invalid");
    }

    private static IEnumerable<MalformedCall> Cursors()
    {
        // Not base64, not JSON, not an array, of another list, of another shape, out of range.
        foreach (string cursor in new[] { "!!!", "abcd", "e30", "WyJ1bml0cyIsMV0", "WyJhbGVydHMiXQ", "WyJhbGVydHMiLCJ4Il0",
            "WyJhbGVydHMiLC0xXQ", "WyJhbGVydHMiLDEuNV0", "WyJhbGVydHMiLDFlOTldIA" })
        {
            yield return Get("/api/v1/alerts?cursor=" + cursor, 400, "cursor.invalid");
        }

        yield return Get("/api/v1/incidents?cursor=x", 400, "cursor.invalid");
        yield return Get("/api/v1/workorders?cursor=WyJ3b3Jrb3JkZXJzIiwxXQ", 400, "cursor.invalid");
        yield return Get("/api/v1/energy/idle-waste?cursor=WyJpZGxlLXdhc3RlIiwxLDJd", 400, "cursor.invalid");
        yield return Get(Windows + "&cursor=WyJ3aW5kb3dzIiwtMSwwXQ", 400, "cursor.invalid");
        yield return Get(Windows + "&cursor=WyJ3aW5kb3dzIiw5MjIzMzcyMDM2ODU0Nzc1ODA3LDBd", 400, "cursor.invalid");
        yield return Get(Windows + "&cursor=WyJ3aW5kb3dzIiwxLDk5OTk5OTld", 400, "cursor.invalid");
        yield return Get(History + "&cursor=WyJoaXN0b3J5Iiw5MjIzMzcyMDM2ODU0Nzc1ODA3XQ", 400, "cursor.invalid");
    }

    private static IEnumerable<MalformedCall> Instants()
    {
        foreach (string instant in new[] { "yesterday", "2026-13-01T00:00:00Z", "2026-01-01", "2026-01-01T00:00:00",
            "2026-01-01T25:00:00Z", "253402300800000", "-1", "2026-01-01T00:00:00%2B99:00" })
        {
            yield return Get("/api/v1/alerts?from=" + instant, 400, "from.invalid");
        }

        yield return Get(History + "&to=now", 400, "to.invalid");
        yield return Get("/api/v1/alerts?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", 400, "range.invalid");
        yield return Get("/api/v1/energy/idle-waste?from=5&to=5", 400, "range.invalid");
    }

    private static IEnumerable<MalformedCall> Bodies()
    {
        foreach (string body in new[] { "{", "[]", "null", "1", "\"x\"", "{\"operator\":1}", "{\"operator\":\"a\"} trailing",
            "{\"operator\":\"a\",\"untill\":null}", "{\"operator\":\"a\",\"until\":5}", "{\"operator\":\"a\",\"until\":\"soon\"}",
            "{\"operator\":\"a\",\"until\":\"2026-01-02T00:00:00\"}" })
        {
            yield return Post(Ack, body, 400, "body.invalid");
        }

        yield return Post(Ack, "", 400, "body.missing");
        yield return Post(Ack, "{}", 400, "operator.invalid");
        yield return Post(Ack, "{\"operator\":\"  \"}", 400, "operator.invalid");
        yield return Post(Ack, $"{{\"operator\":\"{new string('x', 129)}\"}}", 400, "operator.invalid");
        yield return Post(Ack, $"{{\"operator\":\"a\",\"comment\":\"{new string('x', 2001)}\"}}", 400, "comment.invalid");
        yield return Post(Ack, $"{{\"operator\":\"a\",\"comment\":\"{new string('x', 70_000)}\"}}", 413, "body.toolarge");
        yield return Post(Ack, "{\"operator\":" + new string('[', 200) + new string(']', 200) + "}", 400, "body.invalid");
        yield return Post(Ack, "operator=a", 415, "media.unsupported", "application/x-www-form-urlencoded");
        yield return Post(Shelve, "{\"operator\":\"a\"}", 400, "incident.until.invalid");
        yield return Post(Verdict, "{\"operator\":\"a\"}", 400, "incident.verdict.invalid");
        yield return Post(Verdict, "{\"operator\":\"a\",\"verdict\":\"maybe\"}", 400, "incident.verdict.invalid");
        yield return Post(Order, "{\"operator\":\"a\"}", 400, "status.invalid");
        yield return Post(Order, "{\"operator\":\"a\",\"status\":\"lost\"}", 400, "body.invalid");
        yield return Post(Order, "{\"operator\":\"a\",\"status\":2}", 400, "body.invalid");
        yield return Post(Order, "{\"status\":\"open\"}", 400, "operator.invalid");
        yield return Post(Order, "{\"operator\":\"a\",\"status\":\"open\"}", 404, "workorder.notfound");
        foreach (string peers in new[] { "[]", "[\"none:such\"]", "[\"" + Pump + "\"]", "[null]", "[\"\"]" })
        {
            yield return Post(Prior, "{\"peers\":" + peers + "}", 400, "peers.invalid");
        }

        yield return Post(Prior, "{\"from\":\"2026-01-02T00:00:00Z\",\"to\":\"2026-01-01T00:00:00Z\"}", 400, "range.invalid");
        yield return Post(Prior, "{\"peer\":\"a\"}", 400, "body.invalid");
        yield return Post(Prior, "", 400, "body.missing");
        yield return Post("/api/v1/things/none:such/baselines/prior", "{}", 404, "asset.notfound");
        yield return Post(Reset, "{}", 400, "reason.invalid");
        yield return Post(Reset, "{\"reason\":\"a\\nb\"}", 400, "reason.invalid");
        yield return Post(Reset, "{\"reason\":\"a\",\"metrics\":[\"\"]}", 400, "metrics.invalid");
        yield return Post(Reset, "{\"reason\":\"a\",\"metrics\":[\"none such\"]}", 400, "metrics.invalid");
        yield return Post(Reset, "{\"reason\":\"a\",\"metric\":\"b\"}", 400, "body.invalid");
        yield return Post("/api/v1/things/none:such/baselines/reset", "{\"reason\":\"a\"}", 404, "asset.notfound");
        yield return Post("/api/v1/things/nocolon/baselines/reset", "{\"reason\":\"a\"}", 400, "asset.invalid");
        yield return Post("/api/v1/telemetry", "{}", 400, "topic.missing");
        yield return Post("/api/v1/telemetry?topic=a&asset=a:b", "{}", 400, "topic.missing");
        yield return Post("/api/v1/telemetry?topic=a/%23", "{}", 400, "topic.invalid");
        yield return Post("/api/v1/telemetry?topic=a/b", "", 400, "body.missing");
        yield return Post("/api/v1/telemetry?topic=a/b", new string('x', 1_048_577), 413, "body.toolarge");
    }

    private static IEnumerable<MalformedCall> Things()
    {
        foreach (string option in new[] { "size(0)", "size(201)", "size(x)", "size()", "sort()", "sort(--a)", "sort(a//b)",
            "sort(features/*/x)", "cursor()", "limit(1)", "size(1)size(2)", "size", "sort(a,b,c,d,e,f,g,h,i)" })
        {
            yield return Get(Search + "option=" + option, 400, "search.option.invalid");
        }

        foreach (string filter in new[] { "eq(a", "eq(a,b)", "near(a,1)", "and()", "eq(a,1))", "like(a,1)", "eq(a,%22x)", "%00" })
        {
            yield return Get(Search + "filter=" + filter, 400, "rql.syntax");
        }

        yield return Get("/api/2/search/things/count?filter=x", 400, "rql.syntax");
        yield return Get("/api/2/things?filter=x", 400, "rql.syntax");
        yield return Get(Search + "filter=" + string.Concat(Enumerable.Repeat("not(", 40)), 400, "rql.syntax");
        yield return Get(Search + "option=cursor(x)", 400, "search.cursor.invalid");
        yield return Get(Search + "fields=a(b", 400, "json.fieldselector.invalid");
        yield return Get(Search + "fields=" + string.Join('/', Enumerable.Repeat("a", 20)), 400, "json.fieldselector.invalid");
        yield return Get(Search + "fields=" + string.Join(',', Enumerable.Repeat("a", 201)), 400, "json.fieldselector.invalid");
        yield return Get(Search + "filter=exists(a)&filter=exists(b)", 400, "query.invalid");
        yield return Get(Search + "filter=", 400, "query.invalid");
        yield return Get(Search + "flter=exists(a)", 400, "query.invalid");
        yield return Get("/api/2/things?ids=nocolon", 400, "things:id.invalid");
        yield return Get("/api/2/things?ids=" + string.Join(',', Enumerable.Range(0, 201).Select(i => $"a:b{i}")), 400, "ids.toomany");
        yield return Get("/api/2/things/nocolon", 400, "things:id.invalid");
        yield return Get("/api/2/things/none:such", 404, "things:thing.notfound");
        yield return Get($"/api/2/things/{Pump}/features//x", 404, "things:feature.notfound");
        yield return Get($"/api/2/things/{Pump}/" + string.Join('/', Enumerable.Repeat("a", 40)), 404, "things:feature.notfound");
        yield return new MalformedCall("PUT", $"/api/2/things/{Pump}/attributes/line", "1", "application/json", 405,
            "things:write.notallowed");
        yield return new MalformedCall("PATCH", $"/api/2/things/{Pump}", "{}", "application/merge-patch+json", 405,
            "things:write.notallowed");
        yield return new MalformedCall("DELETE", $"/api/2/things/{Pump}", null, "", 405, "things:write.notallowed");
    }

    private static IEnumerable<MalformedCall> Routes()
    {
        yield return Get("/api/v1/nothing", 404, "route.notfound");
        yield return Get("/api/v2/alerts", 404, "route.notfound");
        yield return Get("/api/2/nothing", 404, "gateway:resource.notfound");
        yield return Post("/api/v1/alerts", "{}", 405, "method.notallowed");
        yield return Post("/api/2/search/things", "{}", 405, "gateway:method.notallowed");
        yield return new MalformedCall("DELETE", "/api/v1/incidents/i1", null, "", 405, "method.notallowed");
        yield return Get(Ack, 405, "method.notallowed");
        yield return Get("/api/v1/incidents/none", 404, "incident.notfound");
        yield return Get("/api/v1/incidents/" + new string('x', 257), 400, "incident.id.invalid");
        yield return Get("/api/v1/units/none", 404, "unit.notfound");
        yield return Get("/api/v1/units/a%01", 400, "unit.id.invalid");
        yield return Get("/api/v1/quarantine/x", 400, "quarantine.id.invalid");
        yield return Get("/api/v1/quarantine/9223372036854775807", 400, "quarantine.id.invalid");
        yield return Get("/api/v1/quarantine/9", 404, "quarantine.notfound");
        yield return Get("/api/v1/units/" + new string('x', 3000), 414, "request.target.toolong");
        yield return Get("/api/2/things/" + new string('x', 3000), 414, "request.target.toolong");
        yield return Get("/api/v1/alerts?asset=" + new string('x', 6500), 414, "request.target.toolong");
    }

    private static MalformedCall Get(string path, int status, string code) => new("GET", path, null, "", status, code);

    private static MalformedCall Post(string path, string body, int status, string code, string type = "application/json") =>
        new("POST", path, body, type, status, code);
}

internal sealed record MalformedCall(string Method, string Path, string? Body, string ContentType, int Status, string Code);
