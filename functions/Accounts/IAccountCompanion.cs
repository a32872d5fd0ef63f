namespace ContactRouting.Accounts;

/// <summary>What an account has beside its own partition.</summary>
internal interface IAccountCompanion
{
    /// <summary>Begins with a new account; again where its creation was cut off.</summary>
    Task BeginAsync(Account account, CancellationToken cancellationToken);

    /// <summary>Removes what there is of an account that goes; again, where more came late.</summary>
    Task RemoveAsync(int accountId, CancellationToken cancellationToken);
}
