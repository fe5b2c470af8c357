using System.Text.Json.Nodes;

namespace Licenzy.Testing;

/// <summary>Cuts a page from a list as Stripe does: newest first, <c>limit</c>, the two cursors, and the range of <c>created</c>.</summary>
internal static class ListPage
{
    private const int DefaultLimit = 10;
    private const int MaxLimit = 100;

    /// <summary>The parameters that every list has.</summary>
    public const string Parameters =
        """
        created int
        created[gt] int
        created[gte] int
        created[lt] int
        created[lte] int
        ending_before text
        expand[#] text
        limit int
        starting_after text

        """;

    public static JsonObject Cut(string url, string kind, FormFields fields, IEnumerable<ListRow> oldestFirst)
    {
        List<ListRow> all = [.. oldestFirst.Reverse().OrderByDescending(row => row.Created)];
        var limit = Limit(fields);
        var (after, before) = (Cursor(fields, "starting_after", kind, all), Cursor(fields, "ending_before", kind, all));
        if (after is not null && before is not null)
        {
            throw StripeRefusalException.Invalid(
                "You may only specify one of these parameters: ending_before, starting_after.", "ending_before", "parameters_exclusive");
        }

        List<ListRow> rest =
        [
            .. all.Where((row, at) => row.Fits && (after is null || at > after) && (before is null || at < before) && IsWithin(row.Created, fields)),
        ];
        var page = before is null ? rest.Take(limit) : rest.TakeLast(limit);
        return StripeJson.Page(url, page.Select(row => row.Write()), rest.Count > limit);
    }

    private static int Limit(FormFields fields) => fields.Number("limit") switch
    {
        null => DefaultLimit,
        < 1 => throw StripeRefusalException.Invalid("This value must be greater than or equal to 1.", "limit", "parameter_invalid_integer"),
        > MaxLimit => throw StripeRefusalException.Invalid($"This value must be less than or equal to {MaxLimit}.", "limit", "parameter_invalid_integer"),
        { } limit => (int)limit,
    };

    private static int? Cursor(FormFields fields, string name, string kind, List<ListRow> all)
    {
        if (fields[name] is not { } id)
            return null;
        var at = all.FindIndex(row => row.Id == id);
        return at >= 0 ? at : throw StripeRefusalException.NoSuch(kind, id, name);
    }

    private static bool IsWithin(DateTimeOffset created, FormFields fields)
    {
        var at = created.ToUnixTimeSeconds();
        return (fields.Number("created") is not { } exactly || at == exactly)
            && (fields.Number("created[gt]") is not { } gt || at > gt) && (fields.Number("created[gte]") is not { } gte || at >= gte)
            && (fields.Number("created[lt]") is not { } lt || at < lt) && (fields.Number("created[lte]") is not { } lte || at <= lte);
    }
}
