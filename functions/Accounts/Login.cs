using ContactRouting.Audit;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Storage;

namespace ContactRouting.Accounts;

/// <summary>What came of a login.</summary>
/// <param name="Principal">Who it is; null where name or password is wrong.</param>
/// <param name="Token">Of the session that was opened.</param>
/// <param name="RetryAfter">Seconds to wait, where too many attempts failed and this one was not looked at.</param>
internal sealed record LoginOutcome(Principal? Principal, string? Token = null, int? RetryAfter = null)
{
    /// <summary>The same was found right a moment ago: no login of its own.</summary>
    public bool IsRemembered { get; init; }
}

/// <summary>Signs administrators and agents in by name and password; names are unique over all accounts.</summary>
internal sealed class Login(
    Claims claims,
    DirectoryStore directories,
    Credentials credentials,
    LoginThrottle throttle,
    AuditLog audit,
    TimeProvider time
)
{
    /// <summary>Opens a session.</summary>
    /// <param name="address">The client's; null where it cannot be told.</param>
    /// <param name="signedIn">Who has a session already, and is no guesser; asked for only where guessing is slowed.</param>
    public Task<LoginOutcome> OpenSessionAsync(
        string username,
        string password,
        string? address,
        Func<Task<Principal?>> signedIn,
        CancellationToken cancellationToken,
        SessionUse use = SessionUse.Cookie
    ) =>
        TryAsync(
            username,
            address,
            signedIn,
            async principal =>
                await credentials.OpenSessionAsync(principal, password, address, cancellationToken, use) is { } token
                    ? new(principal, token)
                    : new(null),
            cancellationToken
        );

    /// <summary>Checks name and password without a session.</summary>
    /// <param name="address">The client's; null where it cannot be told.</param>
    public Task<LoginOutcome> VerifyAsync(string username, string password, string? address, CancellationToken cancellationToken) =>
        TryAsync(
            username,
            address,
            signedIn: () => Task.FromResult<Principal?>(null),
            async principal =>
                await credentials.VerifyAsync(principal, password, cancellationToken) switch
                {
                    PasswordCheck.Wrong => new(null),
                    var check => new(principal) { IsRemembered = check == PasswordCheck.Remembered },
                },
            cancellationToken
        );

    private async Task<LoginOutcome> TryAsync(
        string username,
        string? address,
        Func<Task<Principal?>> signedIn,
        Func<Principal?, Task<LoginOutcome>> check,
        CancellationToken cancellationToken
    )
    {
        username = Names.Normal(username);
        var attempts = await throttle.ReadAsync(username, address, cancellationToken);
        if (attempts.RetryAfter is not null) return new LoginOutcome(null, RetryAfter: attempts.RetryAfter);
        var principal = await FindAsync(username, cancellationToken);
        if (attempts.Delay > TimeSpan.Zero && (principal is null || principal != await signedIn()))
            await Task.Delay(attempts.Delay, time, cancellationToken);
        var outcome = await check(principal);
        if (outcome.Principal is null) await throttle.FailedAsync(attempts, cancellationToken);
        else await throttle.SucceededAsync(attempts, cancellationToken);
        var actor = (outcome.Principal?.Actor ?? new AuditActor(ActorKind.Anonymous)) with { Address = address };
        if (!outcome.IsRemembered) await audit.CountLoginAsync(principal?.AccountId, actor, username, cancellationToken);
        return outcome;
    }

    private async Task<Principal?> FindAsync(string username, CancellationToken cancellationToken)
    {
        if (
            Names.Fault(username) is not null
            || await claims.FindAsync(ClaimKey.Name(username), cancellationToken) is not { Value: var claim }
        )
            return null;
        if (claim.Holder == ClaimHolder.Administrator) return new Principal(claim.AccountId, null);
        var directory = await directories.GetAsync(claim.AccountId, cancellationToken);
        return directory.Named(username) is Agent agent ? new Principal(claim.AccountId, agent.Id) : null;
    }
}
