#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

namespace berth::test {

/// A key and a certificate for it, made on the spot and good for an hour.
class certificate {
public:
    /// Signs itself. `names` as OpenSSL writes them, "DNS:localhost"; without any it is an authority's.
    certificate(const std::string& common_name, const std::string& names, std::shared_ptr<EVP_PKEY> key = p256_key())
        : certificate{common_name, nullptr, names, std::move(key)} {}
    /// Signed by `authority`.
    certificate(const std::string& common_name, const certificate& authority, const std::string& names,
                std::shared_ptr<EVP_PKEY> key = p256_key())
        : certificate{common_name, &authority, names, std::move(key)} {}

    std::string pem() const {
        BIO* bio = BIO_new(BIO_s_mem());
        PEM_write_bio_X509(bio, certificate_.get());
        char* text = nullptr;
        const long size = BIO_get_mem_data(bio, &text);
        std::string copy(text, static_cast<std::size_t>(size));
        BIO_free(bio);
        return copy;
    }
    std::string der() const {
        unsigned char* bytes = nullptr;
        const int size = i2d_X509(certificate_.get(), &bytes);
        std::string copy(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
        OPENSSL_free(bytes);
        return copy;
    }
    void write_certificate(const std::string& file) const { std::ofstream{file} << pem(); }
    /// A passphrase encrypts it.
    void write_key(const std::string& file, std::string passphrase = {}) const {
        const bool open = passphrase.empty();
        std::FILE* to = std::fopen(file.c_str(), "w");
        PEM_write_PrivateKey(to, key_.get(), open ? nullptr : EVP_aes_128_cbc(), nullptr, 0, nullptr,
                             open ? nullptr : passphrase.data());
        std::fclose(to);
    }

private:
    static std::shared_ptr<EVP_PKEY> p256_key() { return {EVP_EC_gen("P-256"), EVP_PKEY_free}; }

    certificate(const std::string& common_name, const certificate* authority, const std::string& names,
                std::shared_ptr<EVP_PKEY> key)
        : key_{std::move(key)}, certificate_{X509_new(), X509_free} {
        X509* const made = certificate_.get();
        X509_set_version(made, 2);
        static long serial = 0;
        ASN1_INTEGER_set(X509_get_serialNumber(made), ++serial);
        X509_gmtime_adj(X509_getm_notBefore(made), -60);
        X509_gmtime_adj(X509_getm_notAfter(made), 3600);
        X509_set_pubkey(made, key_.get());
        X509_NAME* name = X509_get_subject_name(made);
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(common_name.data()),
                                   static_cast<int>(common_name.size()), -1, 0);
        X509_set_issuer_name(made, X509_get_subject_name(authority ? authority->certificate_.get() : made));
        if (names.empty())
            add_extension(NID_basic_constraints, "critical,CA:TRUE");
        else
            add_extension(NID_subject_alt_name, names);
        X509_sign(made, authority ? authority->key_.get() : key_.get(), EVP_sha256());
    }

    void add_extension(int kind, const std::string& text) {
        X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, text.c_str());
        X509_add_ext(certificate_.get(), extension, -1);
        X509_EXTENSION_free(extension);
    }

    std::shared_ptr<EVP_PKEY> key_;
    std::shared_ptr<X509> certificate_;
};

}  // namespace berth::test
