using System.Buffers.Text;
using System.Reflection;
using System.Text;
using System.Text.Unicode;
using Licenzy.Server.Hosting;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.Usage;

/// <summary>Which subjects are verified: so many after one, in the order of their names.</summary>
internal sealed record LedgerPage(int Limit, string After) : IBindableFromHttpContext<LedgerPage>
{
    // 255 characters of up to four bytes, in base64.
    private const int Longest = 1400;

    public static ValueTask<LedgerPage?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var after = context.Request.Query["cursor"] switch
        {
            [] => "",
            [{ } text] when Find(text) is { } subject => subject,
            _ => throw Paging.ForeignCursor(),
        };
        return ValueTask.FromResult<LedgerPage?>(new LedgerPage(Paging.LimitOf(context), after));
    }

    public static string ToCursor(string subjectRef) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(subjectRef));

    private static string? Find(string cursor)
    {
        if (cursor.Length is 0 or > Longest || !Base64Url.IsValid(cursor))
        {
            return null;
        }

        var bytes = Base64Url.DecodeFromChars(cursor);
        return Utf8.IsValid(bytes) && Encoding.UTF8.GetString(bytes) is var subject && SubjectRef.IsValid(subject) ? subject : null;
    }
}
