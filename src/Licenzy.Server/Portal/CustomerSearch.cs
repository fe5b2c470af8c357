using System.Buffers.Text;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Unicode;
using Licenzy.Server.Hosting;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.Portal;

/// <summary>Where a page of customers ends. Both stand still: a customer that changes meanwhile is neither shown twice nor left out.</summary>
internal sealed record CustomerPlace(long CreatedAt, string SubjectRef)
{
    // 19 digits, a point, 255 characters of up to four bytes, in base64.
    private const int Longest = 1400;

    public string ToCursor() =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{CreatedAt}.{SubjectRef}")));

    public static CustomerPlace? Find(string cursor)
    {
        if (cursor.Length is 0 or > Longest || !Base64Url.IsValid(cursor) || Base64Url.DecodeFromChars(cursor) is var bytes && !Utf8.IsValid(bytes))
        {
            return null;
        }

        return Encoding.UTF8.GetString(bytes).Split('.', 2) is [var created, var subjectRef]
            && long.TryParse(created, NumberStyles.None, CultureInfo.InvariantCulture, out var createdAt) && Hosting.SubjectRef.IsValid(subjectRef)
            ? new CustomerPlace(createdAt, subjectRef)
            : null;
    }
}

/// <summary>Which customers: <c>?query=</c>, the beginning of a subject or a whole id; the length of a page and where it begins.</summary>
internal sealed record CustomerSearch(string Query, int Limit, CustomerPlace? After) : IBindableFromHttpContext<CustomerSearch>
{
    public static ValueTask<CustomerSearch?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var parameters = context.Request.Query;
        var query = parameters["query"] switch
        {
            // Every subject begins with nothing: an empty search box finds all.
            [] or [""] => "",
            [{ } text] when SubjectRef.IsValid(text) => text,
            _ => throw new RefusedException(Refusal.InvalidRequest("query", "must be up to 255 characters without control characters, once.")),
        };
        var after = parameters["cursor"] switch
        {
            [] => null,
            [{ } text] when CustomerPlace.Find(text) is { } place => place,
            _ => throw Paging.ForeignCursor(),
        };
        return ValueTask.FromResult<CustomerSearch?>(new CustomerSearch(query, Paging.LimitOf(context), after));
    }
}
