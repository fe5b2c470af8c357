using System.Globalization;

namespace Licenzy.Transport;

/// <summary>Parameters of an address; those without a value are left out.</summary>
internal static class QueryText
{
    public static string Of(params (string Name, string? Value)[] parameters) => Append("", parameters);

    /// <summary>Adds to an address that may have parameters already.</summary>
    public static string Append(string route, params (string Name, string? Value)[] parameters)
    {
        var given = string.Join("&", parameters.Where(p => p.Value is not null).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}"));
        return given.Length == 0 ? route : route + (route.Contains('?') ? "&" : "?") + given;
    }

    public static string? Number(int? number) => number?.ToString(CultureInfo.InvariantCulture);
}
