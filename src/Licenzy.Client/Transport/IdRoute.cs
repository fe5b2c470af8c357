namespace Licenzy.Transport;

/// <summary>Puts an id of ours, or a product's code, into an address.</summary>
internal static class IdRoute
{
    public static string Of(string route, string id, string rest = "")
    {
        _ = id ?? throw new ArgumentNullException(nameof(id));
        // Dots alone would be folded away, and the call would reach another route.
        return id.Trim('.').Length > 0
            ? $"{route}/{Uri.EscapeDataString(id)}{rest}"
            : throw new ArgumentException($"'{id}' is no id: it cannot be part of an address.", nameof(id));
    }
}
