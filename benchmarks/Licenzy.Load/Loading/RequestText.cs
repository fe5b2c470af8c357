using System.Buffers.Text;
using System.Text;

namespace Licenzy.Load.Loading;

/// <summary>A request's bytes, made once: only the digits of its subject and of its Idempotency-Key change, which leaves the length as it is.</summary>
internal sealed class RequestText
{
    private const string FirstSubject = "user_0000000";
    private const int SubjectDigits = 7;
    private const string FirstKey = "000000000000";

    private readonly byte[] _bytes;
    private readonly int _subjectAt;
    private readonly int _keyAt;
    private readonly int _subjects;
    private readonly Random _chance = new(1);
    private long _key;
    private int _walked;

    private RequestText(string path, string key, string headers, string body, int subjects, string expected)
    {
        var text =
            $"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n{headers}Content-Length: {body.Length}\r\n\r\n{body}";
        _bytes = Encoding.ASCII.GetBytes(text);
        _subjectAt = text.IndexOf(FirstSubject, StringComparison.Ordinal) + FirstSubject.Length - SubjectDigits;
        _keyAt = text.IndexOf(FirstKey, StringComparison.Ordinal);
        _subjects = subjects;
        Expected = Encoding.ASCII.GetBytes(expected);
    }

    /// <summary>What every good answer holds: a fast refusal must not pass for speed.</summary>
    public byte[] Expected { get; }

    /// <summary>From now on, every subject in turn instead of any.</summary>
    public bool Walks { get; set; }

    public static RequestText Check(string key, int subjects, string path = "/v1/access/check") =>
        new(path, key, "", $$"""{"subject_ref":"{{FirstSubject}}"}""", subjects, "\"allowed\":true");

    public static RequestText Consume(string key, int subjects) =>
        new(
            "/v1/usage/consume", key, $"Idempotency-Key: {Guid.NewGuid().ToString("N")[..8].Replace('0', 'a')}-{FirstKey}\r\n",
            $$"""{"subject_ref":"{{FirstSubject}}","units":1}""", subjects, "\"ok\":true");

    public byte[] Copy() => [.. _bytes];

    /// <summary>Makes the next request of a copy.</summary>
    public void Renew(Span<byte> copy)
    {
        if (_subjects > 1)
            Utf8Formatter.TryFormat(Walks ? _walked++ % _subjects : _chance.Next(_subjects), copy[_subjectAt..], out _, new('D', SubjectDigits));
        if (_keyAt >= 0)
            Utf8Formatter.TryFormat(_key++, copy[_keyAt..], out _, new('D', (byte)FirstKey.Length));
    }
}
