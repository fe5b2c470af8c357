using System.Text.Json;
using System.Text.Json.Serialization;
using Licenzy.Access;

namespace Licenzy.Following;

/// <summary>What an event of the feed tells.</summary>
internal static class ChangeReading
{
    private const string Reset = "reset";

    /// <summary>The change; <see langword="null"/> where the event tells of none.</summary>
    /// <param name="message">The event.</param>
    /// <param name="position">Where the feed stands with it.</param>
    public static SubjectChange? Of(EventStreamMessage message, string? position)
    {
        if (message.Name == Reset)
            return new SubjectChange { IsReset = true, Position = position };
        if (TryParse(message.Data) is { SubjectRef: { Length: > 0 } subject, Version: { } version } data)
            return new SubjectChange { SubjectRef = subject, Version = version, NextChangeAt = data.NextChangeAt, Position = position };
        // A kind of event that came later says nothing to us. A change that cannot be read could be of anybody.
        return message.Name is null or "" or "message" && message.Data.Length > 0 ? new SubjectChange { IsReset = true, Position = position } : null;
    }

    private static ChangeData? TryParse(string data)
    {
        try
        {
            return JsonSerializer.Deserialize(data, ChangeJson.Default.ChangeData);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The data of an event.</summary>
internal sealed class ChangeData
{
    public string? SubjectRef { get; set; }

    public long? Version { get; set; }

    public DateTimeOffset? NextChangeAt { get; set; }
}

/// <summary>JSON that the feed alone has.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ChangeData))]
internal sealed partial class ChangeJson : JsonSerializerContext;
