using System.Text;
using System.Text.Json;
using Licenzy.Server.StripeInbound;

namespace Licenzy.Server.StripeSync;

/// <summary>Some of Stripe's events, oldest first: all of a time that begins with the one asked for.</summary>
/// <param name="Events">Each as Stripe gave it.</param>
/// <param name="Through">Until when; later ones are left.</param>
/// <param name="IsLast">Whether none is left.</param>
internal sealed record EventWindow(IReadOnlyList<JsonElement> Events, DateTimeOffset Through, bool IsLast)
{
    private const int MostPages = 10;
    private const int MostPagesOfASecond = 400;

    private static readonly string Types = string.Concat(RequiredEvents.All.Select(type => $"&types[]={type}"));

    /// <summary>
    /// Lists what happened since. Stripe lists the newest first and the oldest must be applied first, so a time with more events than may be held
    /// at once is cut in half until it has fewer.
    /// </summary>
    /// <param name="talk">Stripe.</param>
    /// <param name="since">From when on, inclusive.</param>
    /// <param name="progress">Called after each page.</param>
    public static async Task<EventWindow> ListAsync(StripeTalk talk, DateTimeOffset since, Func<Task> progress)
    {
        long from = since.ToUnixTimeSeconds();
        long? to = null;
        while (true)
        {
            var most = to <= from + 1 ? MostPagesOfASecond : MostPages;
            var (events, asOf, oldest) = await PagesAsync(talk, from, to, most, progress).ConfigureAwait(false);
            if (oldest is null)
            {
                events.Reverse();
                return new EventWindow(
                    [.. events.OrderBy(made => made.Number("created") ?? 0)], to is { } end ? DateTimeOffset.FromUnixTimeSeconds(end) : asOf, to is null);
            }

            if (to <= from + 1)
            {
                throw new InvalidOperationException("Stripe lists more events of one second than can be.");
            }

            to = from + Math.Max(1, (oldest.Value - from) / 2);
        }
    }

    /// <summary>The event's own bytes.</summary>
    public static byte[] BytesOf(JsonElement made) => Encoding.UTF8.GetBytes(made.GetRawText());

    private static async Task<(List<JsonElement> Events, DateTimeOffset AsOf, long? Left)> PagesAsync(
        StripeTalk talk, long from, long? to, int most, Func<Task> progress)
    {
        var list = $"/v1/events?created[gte]={from}{(to is { } end ? $"&created[lt]={end}" : "")}{Types}";
        var (events, page) = (new List<JsonElement>(), await talk.PageAsync(list, null).ConfigureAwait(false));
        var asOf = page.AsOf;
        for (var pages = 1; ; pages++)
        {
            events.AddRange(page.Entries);
            await progress().ConfigureAwait(false);
            if (page.Next is not { } next)
            {
                return (events, asOf, null);
            }

            if (pages == most)
            {
                return ([], asOf, Math.Max(from, events[^1].Number("created") ?? from));
            }

            page = await talk.PageAsync(list, next).ConfigureAwait(false);
        }
    }
}
