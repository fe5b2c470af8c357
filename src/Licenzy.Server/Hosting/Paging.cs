using System.Buffers.Text;
using System.Globalization;
using System.Reflection;
using System.Text;
using Licenzy.Server.Hosting.Documents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;

namespace Licenzy.Server.Hosting;

/// <summary>Where a list begins and how long a page is: <c>?limit=</c> (1–100, default 25) and <c>?cursor=</c>; newest first, since ids sort by time.</summary>
/// <param name="Limit">The length of a page.</param>
/// <param name="Before">The last id of the page before.</param>
internal sealed record Paging(int Limit, string? Before) : IBindableFromHttpContext<Paging>
{
    private const int Default = 25;
    private const int Most = 100;

    public static ValueTask<Paging?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var before = context.Request.Query["cursor"] switch
        {
            [] => null,
            [{ } text] when Decode(text) is { } id => id,
            _ => throw ForeignCursor(),
        };
        return ValueTask.FromResult<Paging?>(new Paging(LimitOf(context), before));
    }

    /// <summary>Which page it is, for its entity tag.</summary>
    public string Asked => string.Create(CultureInfo.InvariantCulture, $"{Limit}/{Before}");

    /// <summary>The length of a page that the request asks for.</summary>
    public static int LimitOf(HttpContext context) => context.Request.Query["limit"] switch
    {
        [] => Default,
        [{ } text] when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= Most => number,
        _ => throw new RefusedException(Refusal.InvalidRequest("limit", "must be a whole number from 1 to 100.")),
    };

    /// <summary>The refusal of a cursor that no list gave.</summary>
    public static RefusedException ForeignCursor() => new(Refusal.InvalidRequest("cursor", "must be a next_cursor that this list gave."));

    /// <summary>The page of rows that were read with one more than the limit, which tells whether there is a next page.</summary>
    public Page<T> Page<TRow, T>(IReadOnlyList<TRow> rows, Func<TRow, string> id, Func<TRow, T> map) => new()
    {
        Data = [.. rows.Take(Limit).Select(map)],
        NextCursor = rows.Count > Limit ? Base64Url.EncodeToString(Encoding.UTF8.GetBytes(id(rows[Limit - 1]))) : null,
    };

    private static string? Decode(string cursor)
    {
        if (cursor.Length is 0 or > 100 || !Base64Url.IsValid(cursor))
        {
            return null;
        }

        var id = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
        return id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_') ? id : null;
    }
}

/// <summary>Names the parameters that bind by themselves in the API's document.</summary>
internal static class QueryParameters
{
    public static TBuilder WithPaging<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithQuery("limit", "1–100, default 25").WithQuery("cursor", "next_cursor of the page before");

    public static TBuilder WithMode<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithQuery("mode", "test (default) or live");

    public static TBuilder WithQuery<TBuilder>(this TBuilder route, string name, string description)
        where TBuilder : IEndpointConventionBuilder =>
        route.WithParameter(name, ParameterLocation.Query, description);

    public static TBuilder WithHeader<TBuilder>(this TBuilder route, string name, string description)
        where TBuilder : IEndpointConventionBuilder => route.WithParameter(name, ParameterLocation.Header, description);

    /// <summary>A header of the answer where it is a success.</summary>
    public static TBuilder AnsweringHeader<TBuilder>(this TBuilder route, string name, string description)
        where TBuilder : IEndpointConventionBuilder =>
        route.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            var headers = ((OpenApiResponse)operation.Responses!["200"]).Headers ??= new Dictionary<string, IOpenApiHeader>();
            headers[name] = new OpenApiHeader { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
            return Task.CompletedTask;
        });

    private static TBuilder WithParameter<TBuilder>(this TBuilder route, string name, ParameterLocation place, string description)
        where TBuilder : IEndpointConventionBuilder =>
        route.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(RequestDescription.Parameter(name, place, description, isRequired: false));
            return Task.CompletedTask;
        });
}
