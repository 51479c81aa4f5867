/* SPDX-License-Identifier: EUPL-1.2 */
#include "service/diagnostic-words.h"

#include <glib/gi18n-lib.h>

#define FAULT GUICHET_FINDING_FAULT
#define ATTENTION GUICHET_FINDING_ATTENTION

static const GuichetCauseWords scanner[GUICHET_CAUSE_N] = {
    [GUICHET_CAUSE_ABSENT] = {FAULT, N_("Aucun scanner n’est branché, ou il est éteint."),
                              N_("Allumez le scanner, branchez son câble USB directement sur le "
                                 "poste, attendez dix secondes, puis recommencez l’essai.")},
    [GUICHET_CAUSE_DENIED] = {FAULT,
                              N_("Le scanner est branché, mais ce compte n’a pas le droit de "
                                 "l’ouvrir ({subject})."),
                              N_("Débranchez et rebranchez le scanner pour que les droits soient "
                                 "posés. Si cela revient : réinstallez libsane1, et ajoutez le "
                                 "compte « guichet » au groupe « scanner ».")},
    [GUICHET_CAUSE_NO_DRIVER] = {FAULT, N_("Le pilote SANE « {subject} » n’est pas installé."),
                                 N_("Installez le paquet de ce pilote (libsane1, ou celui du "
                                    "fabricant), ou choisissez un autre scanner avec « guichetctl "
                                    "station device scanner auto ».")},
    [GUICHET_CAUSE_DISABLED] = {FAULT, N_("Aucun pilote SANE n’est activé dans {subject}."),
                                N_("Remettez le nom du pilote du scanner dans {subject}/dll.conf, "
                                   "ou réinstallez libsane-common.")},
    [GUICHET_CAUSE_UNREACHABLE] =
        {FAULT, N_("Le scanner réseau {subject} n’est pas joignable : {detail}."),
         N_("Vérifiez qu’il est allumé et sur le même réseau. Pour un "
            "scanner partagé par un autre poste, démarrez-y « saned ». "
            "S’il a changé d’adresse, corrigez /etc/sane.d/net.conf ou "
            "airscan.conf.")},
    [GUICHET_CAUSE_UNCLAIMED] = {FAULT,
                                 N_("Le scanner est branché ({detail}, {subject}), mais aucun "
                                    "pilote activé ne le prend."),
                                 N_("Activez son pilote dans /etc/sane.d/dll.conf (« man sane » "
                                    "les nomme), ou installez celui du fabricant.")},
    [GUICHET_CAUSE_ELSEWHERE] = {FAULT,
                                 N_("Le scanner choisi pour ce poste n’est pas là ; un autre y "
                                    "est : {detail} ({subject})."),
                                 N_("Rebranchez l’ancien, ou prenez celui-ci : « guichetctl "
                                    "station device scanner auto ».")},
    [GUICHET_CAUSE_BUSY] = {ATTENTION, N_("Le scanner est occupé par un autre programme."),
                            N_("Fermez les autres programmes de numérisation, attendez la fin du "
                               "travail en cours, puis recommencez l’essai.")},
    [GUICHET_CAUSE_FAILED] = {FAULT, N_("Le scanner est là mais ne s’ouvre pas ({detail})."),
                              N_("Éteignez-le, rallumez-le, attendez une minute ; essayez un autre "
                                 "câble et une autre prise USB.")},
};

static const GuichetCauseWords camera[GUICHET_CAUSE_N] = {
    [GUICHET_CAUSE_ABSENT] = {FAULT, N_("Aucune caméra n’est branchée."),
                              N_("Branchez la caméra directement sur le poste, attendez dix "
                                 "secondes, puis recommencez l’essai.")},
    [GUICHET_CAUSE_DENIED] = {FAULT,
                              N_("La caméra est branchée, mais ce compte n’a pas le droit de "
                                 "l’ouvrir ({subject})."),
                              N_("Ajoutez le compte « guichet » au groupe « video », puis rouvrez "
                                 "la session du poste.")},
    [GUICHET_CAUSE_NO_DRIVER] = {FAULT, N_("La partie « {subject} » de GStreamer manque."),
                                 N_("Installez le paquet {detail}.")},
    [GUICHET_CAUSE_DISABLED] = {FAULT, N_("Aucun pilote de caméra n’est activé."),
                                N_("Réinstallez le paquet gstreamer1.0-plugins-good.")},
    [GUICHET_CAUSE_UNREACHABLE] = {FAULT, N_("La caméra {subject} ne répond pas : {detail}."),
                                   N_("Vérifiez son alimentation et son câble.")},
    [GUICHET_CAUSE_UNCLAIMED] = {FAULT,
                                 N_("La caméra est branchée ({subject}), mais le système ne la "
                                    "prend pas."),
                                 N_("Débranchez et rebranchez-la ; vérifiez que le module uvcvideo "
                                    "est chargé et que la caméra est de classe UVC.")},
    [GUICHET_CAUSE_ELSEWHERE] = {FAULT,
                                 N_("La caméra choisie pour ce poste n’est pas là ; une autre y "
                                    "est : {detail} ({subject})."),
                                 N_("Rebranchez l’ancienne, ou prenez celle-ci : « guichetctl "
                                    "station device camera auto ».")},
    [GUICHET_CAUSE_BUSY] = {ATTENTION, N_("La caméra est utilisée par un autre programme."),
                            N_("Fermez l’autre programme, puis recommencez l’essai.")},
    [GUICHET_CAUSE_FAILED] = {FAULT, N_("La caméra est là mais ne s’ouvre pas ({detail})."),
                              N_("Débranchez-la dix secondes ; essayez une autre prise USB.")},
};

static const GuichetCauseWords fingerprint[GUICHET_CAUSE_N] = {
    [GUICHET_CAUSE_ABSENT] = {FAULT, N_("Aucun capteur d’empreintes connu n’est branché."),
                              N_("Branchez le capteur directement sur le poste, attendez dix "
                                 "secondes, puis recommencez l’essai.")},
    [GUICHET_CAUSE_DENIED] = {FAULT,
                              N_("Le capteur d’empreintes est branché, mais ce compte n’a pas le "
                                 "droit de l’ouvrir ({subject})."),
                              N_("Débranchez et rebranchez le capteur ; si cela revient, "
                                 "réinstallez le paquet guichet, qui porte ses règles udev.")},
    [GUICHET_CAUSE_NO_DRIVER] = {FAULT, N_("Le pilote « {subject} » du capteur manque."),
                                 N_("Réinstallez le paquet libfprint-2-2.")},
    [GUICHET_CAUSE_DISABLED] = {FAULT, N_("Aucun pilote de capteur n’est activé."),
                                N_("Réinstallez le paquet libfprint-2-2.")},
    [GUICHET_CAUSE_UNREACHABLE] = {FAULT, N_("Le capteur {subject} ne répond pas : {detail}."),
                                   N_("Vérifiez son câble.")},
    [GUICHET_CAUSE_UNCLAIMED] = {FAULT,
                                 N_("Le capteur est branché ({detail}, {subject}), mais libfprint "
                                    "ne le prend pas."),
                                 N_("Mettez à jour le paquet libfprint-2-2 ; sinon prenez un "
                                    "capteur de la liste de Guichet.")},
    [GUICHET_CAUSE_ELSEWHERE] = {FAULT,
                                 N_("Le capteur choisi pour ce poste n’est pas là ; un autre y "
                                    "est : {detail} ({subject})."),
                                 N_("Rebranchez l’ancien, ou prenez celui-ci : « guichetctl "
                                    "station device fingerprint auto ».")},
    [GUICHET_CAUSE_BUSY] = {ATTENTION, N_("Le capteur est utilisé par un autre programme."),
                            N_("Fermez l’autre programme, puis recommencez l’essai.")},
    [GUICHET_CAUSE_FAILED] = {FAULT, N_("Le capteur est là mais ne s’ouvre pas ({detail})."),
                              N_("Débranchez-le dix secondes ; essayez une autre prise USB.")},
};

static const GuichetCauseWords *const families[] = {
    [GUICHET_DEVICE_FINGERPRINT] = fingerprint,
    [GUICHET_DEVICE_CAMERA] = camera,
    [GUICHET_DEVICE_SCANNER] = scanner,
};

const GuichetCauseWords *
guichet_cause_words(GuichetDeviceFamily family, GuichetDeviceCause cause)
{
    g_return_val_if_fail(cause > GUICHET_CAUSE_NONE && cause < GUICHET_CAUSE_N, NULL);
    return &families[family][cause];
}

char *
guichet_fill_words(const char *words, const char *subject, const char *detail)
{
    g_autoptr(GString) text = g_string_new(_(words));
    /* a bracket in what a device said is no place of ours */
    g_autofree char *safe = g_strdelimit(g_strdup(subject), "{}", ' ');
    g_string_replace(text, "{subject}", safe, 0);
    g_string_replace(text, "{detail}", detail, 0);
    return g_string_free(g_steal_pointer(&text), FALSE);
}
