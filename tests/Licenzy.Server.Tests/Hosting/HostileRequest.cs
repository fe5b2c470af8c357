using System.Text;
using Licenzy.Server.Accounts;

namespace Licenzy.Server.Tests.Hosting;

/// <summary>One way to send any request wrong, whatever its route takes.</summary>
/// <param name="Name">What is wrong with it.</param>
/// <param name="Target">The target, made of the route's own.</param>
/// <param name="Headers">The headers, made of those that are right.</param>
/// <param name="Body">The bytes.</param>
/// <param name="OpensNothing">Whether it comes without a right key.</param>
public sealed record HostileRequest(
    string Name, Func<string, string> Target, Func<IReadOnlyList<string>, IEnumerable<string>> Headers, byte[] Body, bool OpensNothing = false)
{
    // Where only the head is hostile the body is still one that no route takes.
    private static readonly byte[] NoBodyOfAny = "{\"hostile\":true}"u8.ToArray();

    public static IReadOnlyList<HostileRequest> All { get; } = [.. Bodies(), .. WithoutKey(), .. Heads(), .. Targets(), .. Values()];

    private static IEnumerable<HostileRequest> Bodies()
    {
        foreach (var (name, body) in new[]
        {
            ("null", "null"), ("array", "[]"), ("string", "\"text\""), ("number", "1e400"), ("not JSON", "hostile"), ("nothing", ""), ("truncated", "{\"a\":"), ("two values", "{}{}"),
            ("comment", "{/**/}"), ("unknown member", "{\"is_admin\":true}"), ("duplicate member", "{\"mode\":\"test\",\"mode\":\"live\"}"), ("U+0000", "{\"a\\u0000\":\"\\u0000\"}"),
            ("lone surrogate", "{\"a\":\"\\ud800\"}"), ("BOM", "\ufeff{}"), ("depth 100", new string('[', 100) + new string(']', 100)), ("many members", $"{{{string.Join(",", Enumerable.Range(0, 3000).Select(i => $"\"m{i}\":{i}"))}}}"),
            ("prototype", "{\"__proto__\":{\"a\":1},\"$type\":\"System.Object\"}"), ("2 MiB", new string(' ', 2 * 1024 * 1024)),
        })
            yield return new HostileRequest($"body: {name}", path => path, headers => headers, Encoding.UTF8.GetBytes(body));
        yield return new HostileRequest("body: invalid UTF-8", path => path, headers => headers, [0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]);
        yield return new HostileRequest("body: UTF-16", path => path, headers => headers, Encoding.Unicode.GetBytes("{\"a\":1}"));
    }

    private static IEnumerable<HostileRequest> WithoutKey() =>
        from one in new (string Name, string[] Headers)[]
        {
            ("none", []), ("empty", ["Authorization: "]), ("no token", ["Authorization: Bearer"]), ("Basic", ["Authorization: Basic dXNlcjpwYXNz"]), ("long", [$"Authorization: Bearer {new string('a', 5000)}"]),
            ("bad checksum", [$"Authorization: Bearer lz_test_{new string('0', 38)}"]), ("unknown", [$"Authorization: Bearer {KeyFormat.Generate(KeyKind.Admin)}"]),
            ("U+0000", ["Authorization: Bearer a\0b"]), ("beyond ASCII", ["Authorization: Bearer clé"]), ("cookie", ["Cookie: __Host-licenzy=' or 1=1--; licenzy=x"]), ("long cookie", [$"Cookie: __Host-licenzy={new string('a', 4000)}"]),
        }
        select new HostileRequest($"key: {one.Name}", path => path, headers => [.. headers.Where(header => !header.StartsWith("Authorization", StringComparison.Ordinal)), .. one.Headers], NoBodyOfAny, OpensNothing: true);

    private static IEnumerable<HostileRequest> Heads() =>
        from header in new[]
        {
            "X-Workspace: ", "X-Workspace: ' or '1'='1", "X-Workspace: ws_1\r\nX-Workspace: ws_2", "Content-Encoding: gzip", "Idempotency-Key: a b", "Idempotency-Key: " + new string('k', 256), "If-None-Match: \"", "If-None-Match: " + string.Join(",", Enumerable.Repeat("W/\"a\"", 900)),
            "X-Request-ID: <script>alert(1)</script>\ttab", "X-Request-ID: " + new string('r', 3000), "X-HTTP-Method-Override: DELETE", "Accept: ;;q=x", "Range: bytes=0-,5-1", "Origin: null", "Upgrade: websocket", "Stripe-Signature: t=1,v1=00,v1=zz,t=x", "Licenzy-Min-Version: -1", "Host: evil.example",
        }
        select new HostileRequest($"header: {header[..Math.Min(header.Length, 40)].ReplaceLineEndings(" ")}", path => path, headers => [.. headers, header], NoBodyOfAny);

    private static IEnumerable<HostileRequest> Targets() =>
        from one in new (string Name, Func<string, string> Of)[]
        {
            ("slash after", path => path + "/"), ("slashes before", path => "//" + path), ("dots", path => path + "/../../etc/passwd"), ("encoded slashes", path => path[..1] + path[1..].Replace("/", "%2F", StringComparison.Ordinal)),
            ("upper case", path => path.ToUpperInvariant()), ("matrix", path => path + ";a=b"), ("broken encoding", path => path + "%zz"), ("U+0000", path => path + "%00"), ("a space", path => path + " x"),
            ("query of nonsense", path => path + "?%00=%ff&limit=-1&cursor=*&mode=LIVE&subject_ref=%ed%a0%80&connection=%00"), ("query twice", path => path + "?mode=test&mode=live&limit=1&limit=2"), ("a key in the query", path => path + "?key=lz_test_x&access_token=x"), ("9,000 characters", path => path + "?q=" + new string('q', 9000)),
        }
        select new HostileRequest($"path: {one.Name}", one.Of, headers => headers, NoBodyOfAny);

    // In place of the last parameter; as a further segment where the route has none.
    private static IEnumerable<HostileRequest> Values() =>
        from value in new[] { "%2E%2E", "%00", "a%0D%0Ab", "%ED%A0%80", "'%20or%20'1'='1", "..%2F..%2Fetc%2Fpasswd", "%252F", "-1", "null", new string('v', 300) }
        select new HostileRequest($"value: {value[..Math.Min(value.Length, 30)]}", path => path.Contains("01J0", StringComparison.Ordinal) ? Replaced(path, value) : $"{path}/{value}", headers => headers, NoBodyOfAny);

    private static string Replaced(string path, string value) => string.Join('/', path.Split('/').Select(segment => segment.Contains("01J0", StringComparison.Ordinal) ? value : segment));
}
