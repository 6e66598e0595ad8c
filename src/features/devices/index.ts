/**
 * Devices: browsers and applications in which a person has signed in before. Each carries a value of 256 bits: pages as
 * a cookie, applications in a field. It proves no identity; it says that guesses of strangers are not this person's, so
 * that a lockout never shuts the owner out, and that a sign-in from elsewhere is worth a letter.
 *
 * Owns table `devices`. Publishes `auth.device.added` {userId, deviceId} (and toldOf: true) when somebody who has signed in before does so on
 * a device that is new to them.
 * Rules: OWASP Blocking Brute Force Attacks, "device cookies"; NIST SP 800-63B-4, section 3.2.2;
 * docs/decisions/0017-lockout.md.
 */
export { keepDevice, presentedDevice } from './cookie.ts'
export { forgetDevice, forgetDevices } from './forget-device.ts'
export { isOfDevice, type KeptDevice, recogniseDevice, rememberDevice } from './remember-device.ts'
export {
  type DeviceRecord,
  find as findDevice,
  forgetFactors as forgetRememberedFactors,
  listOf as listDevicesOf,
  rememberFactor as rememberFactorOn,
  removeOfUser as forgetDevicesOf,
} from './repository.ts'
