using System.Net;

namespace Licenzy;

/// <summary>A refusal or failure of the Licenzy API. Never carries a key.</summary>
public sealed class LicenzyApiException : Exception
{
    /// <summary>A failure without details; prefer the constructor that names code and status.</summary>
    public LicenzyApiException()
        : this("The Licenzy API could not be reached.")
    {
    }

    /// <summary>A failure to reach the API at all: <see cref="StatusCode"/> is <see langword="null"/>.</summary>
    public LicenzyApiException(string message)
        : this(message, null)
    {
    }

    /// <summary>A failure to reach the API at all: <see cref="StatusCode"/> is <see langword="null"/>.</summary>
    public LicenzyApiException(string message, Exception? innerException)
        : base(message, innerException) => Code = ErrorCodes.Unavailable;

    /// <summary>A refusal the API answered with.</summary>
    public LicenzyApiException(HttpStatusCode statusCode, string code, string message)
        : base(message)
    {
        StatusCode = statusCode;
        Code = code;
    }

    /// <summary>The HTTP status, or <see langword="null"/> where no answer came (refused connection, time-out, open circuit).</summary>
    public HttpStatusCode? StatusCode { get; }

    /// <summary>The stable code, one of <see cref="ErrorCodes"/>; <c>unavailable</c> where no answer came.</summary>
    public string Code { get; }

    /// <summary>The request's id: quote it to support.</summary>
    public string? RequestId { get; init; }

    /// <summary>How long the server asked to wait before another try.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The refused members of the request; empty where no single member is to blame.</summary>
    public IReadOnlyList<FieldError> Errors { get; init; } = [];
}
