using System.Text.Json;
using System.Text.Json.Serialization;
using Licenzy.Json;

namespace Licenzy.Transport;

internal static class Wire
{
    /// <summary>The contract's JSON without members that were left out: a server may refuse what it does not know yet, <c>null</c> included.</summary>
    public static LicenzyJson Json { get; } = new(new JsonSerializerOptions(LicenzyJson.Default.Options)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    });
}
