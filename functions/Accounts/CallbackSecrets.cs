using ContactRouting.Keys;
using ContactRouting.Webhooks;

namespace ContactRouting.Accounts;

internal sealed class CallbackSecrets(RememberedAccounts accounts, KeyRing keys, TimeProvider time) : ICallbackSecrets
{
    public async Task<IReadOnlyList<string>> FindAsync(int accountId)
    {
        var account = await accounts.FindAsync(accountId);
        var place = Account.CallbackSecretPlace(accountId);
        return [.. account?.CallbackSecrets(time.GetUtcNow()).Select(secret => keys.Open(secret, place)).OfType<string>() ?? []];
    }
}
