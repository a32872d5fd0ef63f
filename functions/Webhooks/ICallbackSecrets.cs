namespace ContactRouting.Webhooks;

/// <summary>What an account's callbacks are signed with.</summary>
internal interface ICallbackSecrets
{
    /// <summary>Those that are good now, the newest first; none where the account has none, or no configured key opens it.</summary>
    Task<IReadOnlyList<string>> FindAsync(int accountId);
}
