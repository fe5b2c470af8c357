namespace Licenzy.Server.Hosting;

/// <summary>Gathers what is wrong with a request, so that the caller learns of all of it at once.</summary>
internal sealed class FieldErrors
{
    private readonly List<FieldError> _errors = [];

    public FieldErrors Require(bool condition, string field, string message)
    {
        if (!condition)
        {
            _errors.Add(new FieldError { Field = field, Message = message });
        }

        return this;
    }

    /// <summary>A text of bounded length without control characters.</summary>
    public FieldErrors Text(string? text, string field, int longest, int shortest = 1) => Require(
        text is null || (text.Length >= shortest && text.Length <= longest && !text.Any(char.IsControl)),
        field, $"must be {shortest} to {longest} characters without control characters.");

    /// <summary>A whole number within bounds, or absent.</summary>
    public FieldErrors Range(long? number, string field, long least, long most) => Require(
        number is null || (number >= least && number <= most),
        field, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"must be a whole number from {least} to {most}."));

    /// <summary>An instant to come, or absent.</summary>
    public FieldErrors Future(DateTimeOffset? at, string field, DateTimeOffset now) => Require(at is null || at > now, field, "must be in the future.");

    /// <summary>An absolute web address, or absent; plain http only for loopback.</summary>
    public FieldErrors WebAddress(string? address, string field) => Require(
        address is null || (address.Length <= 2048 && address.All(letter => letter > ' ' && !char.IsControl(letter)) && Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.UserInfo.Length == 0
            && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))),
        field, "must be an absolute https address of at most 2,048 characters; http is accepted for loopback only.");

    /// <summary>Throws the refusal if anything was wrong.</summary>
    public void ThrowIfAny()
    {
        if (_errors.Count > 0)
        {
            throw new RefusedException(Refusal.InvalidRequest(_errors));
        }
    }
}
